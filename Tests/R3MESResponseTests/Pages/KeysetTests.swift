// SPDX-License-Identifier: Apache-2.0

import GRDB
import R3MESResponse
import R3MESTestSupport
import Testing

@Suite("Keyset pages")
struct KeysetTests {
    /// Walks a table in pages by the predicates, as SQLite understands them.
    private func walk(
        _ order: KeysetOrder,
        _ direction: R3MESResponse.Cursor.Direction,
        size: Int,
        in database: Database
    ) throws
        -> [Int64]
    {
        var seen: [Int64] = []
        var position: [CursorValue]?
        while true {
            var condition = "1"
            var arguments = StatementArguments()
            if let position {
                let predicate = try order.predicate(for: R3MESResponse.Cursor(position: position, direction: direction))
                condition = predicate.sql(&arguments)
            }
            let sql = "SELECT * FROM t WHERE \(condition) ORDER BY \(order.sql(direction)) LIMIT \(size)"
            let rows = try Row.fetchAll(database, sql: sql, arguments: arguments)
            seen += rows.map { $0["id"] as Int64 }
            guard rows.count == size, let last = rows.last else { return seen }
            position = order.columns.map { (last[$0.name] as Int64?).map(CursorValue.integer) ?? .null }
        }
    }

    @Test("have every row once and in order, forward and back, with nulls and equal values, whatever the order")
    func walks() throws {
        let queue = try DatabaseQueue()
        try queue.write { database in
            try database.execute(
                sql: "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER, c INTEGER NOT NULL)"
            )
            var generator = SeededGenerator()
            for id in 0..<150 {
                let (a, b) = (Int64.random(in: 0...4, using: &generator), Int64.random(in: 0...3, using: &generator))
                let c = Int64.random(in: 0...2, using: &generator)
                try database.execute(
                    sql: "INSERT INTO t VALUES (?, ?, ?, ?)",
                    arguments: [Int64(id), a == 0 ? nil : a, b == 0 ? nil : b, c]
                )
            }
        }
        try queue.read { database in
            for order in try Self.orders() {
                let sql = "SELECT id FROM t ORDER BY \(order.sql(.forward))"
                let expected = try Int64.fetchAll(database, sql: sql)
                for size in [1, 7, 50, 149, 150] {
                    #expect(try walk(order, .forward, size: size, in: database) == expected, "\(order)")
                    #expect(try walk(order, .backward, size: size, in: database) == expected.reversed(), "\(order)")
                }
            }
        }
    }

    private static func orders() throws -> [KeysetOrder] {
        var orders: [KeysetOrder] = []
        for tieBreak in [KeysetOrder.Column("id"), .init("id", isDescending: true)] {
            orders.append(try KeysetOrder([], tieBreak: tieBreak))
            for isDescending in [false, true] {
                orders.append(try KeysetOrder([.init("c", isDescending: isDescending)], tieBreak: tieBreak))
                for nulls in [KeysetOrder.NullPlacement.first, .last] {
                    let a = KeysetOrder.Column("a", isDescending: isDescending, nulls: nulls)
                    orders.append(try KeysetOrder([a], tieBreak: tieBreak))
                    for second in [KeysetOrder.NullPlacement.first, .last] {
                        let b = KeysetOrder.Column("b", isDescending: !isDescending, nulls: second)
                        orders.append(try KeysetOrder([a, b], tieBreak: tieBreak))
                    }
                }
            }
        }
        return orders
    }

    @Test("are one range of an index when nothing is null and all columns run one way")
    func rowComparison() throws {
        let order = try KeysetOrder([.init("c", isDescending: true)], tieBreak: .init("id", isDescending: true))
        let position: [CursorValue] = [.integer(1), .integer(2)]
        #expect(
            try order.predicate(for: R3MESResponse.Cursor(position: position))
                == .rowLess(columns: ["c", "id"], position)
        )
        let back = R3MESResponse.Cursor(position: position, direction: .backward)
        #expect(try order.predicate(for: back) == .rowGreater(columns: ["c", "id"], position))
    }

    @Test("refuse an order without a unique end, and a position of another order")
    func refusals() throws {
        #expect(throws: ResponseError.self) { try KeysetOrder([], tieBreak: .init("id", nulls: .last)) }
        #expect(throws: ResponseError.self) { try KeysetOrder([.init("id")], tieBreak: .init("id")) }
        let order = try KeysetOrder([.init("a", nulls: .last)], tieBreak: .init("id"))
        for position: [CursorValue] in [[], [.null], [.integer(1), .null], [.null, .integer(1), .null]] {
            #expect(throws: ResponseError.self) { try order.predicate(for: R3MESResponse.Cursor(position: position)) }
        }
        #expect(throws: Never.self) { try order.predicate(for: R3MESResponse.Cursor(position: [.null, .integer(1)])) }
    }
}

extension KeysetOrder {
    fileprivate func sql(_ direction: R3MESResponse.Cursor.Direction) -> String {
        columns(for: direction).map { column in
            let nulls = column.nulls.map { $0 == .first ? " NULLS FIRST" : " NULLS LAST" } ?? ""
            return "\(column.name) \(column.isDescending ? "DESC" : "ASC")\(nulls)"
        }.joined(separator: ", ")
    }
}

extension KeysetPredicate {
    fileprivate func sql(_ arguments: inout StatementArguments) -> String {
        func bind(_ values: [CursorValue]) -> String {
            for case .integer(let number) in values { arguments += [number] }
            return values.map { _ in "?" }.joined(separator: ", ")
        }
        switch self {
        case .greater(let column, let value): return "\(column) > \(bind([value]))"
        case .less(let column, let value): return "\(column) < \(bind([value]))"
        case .equal(let column, let value): return "\(column) = \(bind([value]))"
        case .rowGreater(let columns, let values): return "(\(columns.joined(separator: ", "))) > (\(bind(values)))"
        case .rowLess(let columns, let values): return "(\(columns.joined(separator: ", "))) < (\(bind(values)))"
        case .isNull(let column): return "\(column) IS NULL"
        case .isNotNull(let column): return "\(column) IS NOT NULL"
        case .all(let parts): return "(" + parts.map { $0.sql(&arguments) }.joined(separator: " AND ") + ")"
        case .any(let parts): return "(" + parts.map { $0.sql(&arguments) }.joined(separator: " OR ") + ")"
        }
    }
}
