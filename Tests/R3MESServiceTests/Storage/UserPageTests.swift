// SPDX-License-Identifier: Apache-2.0

import GRDB
import GRDBSQLite
import R3MESDatabase
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Pages of users", .onBothEngines)
struct UserPageTests {
    /// Every order with every combination of filters; the values split the users of ``SeededGenerator/crowd(_:)``.
    static let queries: [UserQuery] = UserQuery.Key.allCases.flatMap { key in
        [false, true].flatMap { isDescending in
            (0..<12).map { filters in
                var query = UserQuery()
                query.key = key
                query.isDescending = isDescending
                query.isMiner = [nil, true, false][filters % 3]
                query.minimumCredits = filters / 3 % 2 == 0 ? nil : Credits(millionths: 2)
                query.createdAfter = filters / 6 == 0 ? nil : Timestamp(microseconds: 1)
                return query
            }
        }
    }

    @Test("show what a plain sort and filter of all users shows, at every page size")
    func reference() async throws {
        await forAll(cases: 2) { generator in
            let users = try generator.crowd(60)
            try await withStorage { storage in
                try await storage.insert(users)
                for query in Self.queries {
                    let limit = Int.random(in: 5...70, using: &generator)
                    let seen = try await storage.pages(query, limit: limit)
                    let expected = query.reference(users)
                    try hold(
                        seen.flatMap { $0 } == expected,
                        "\(query) by \(limit) is not in order, or not complete"
                    )
                    try hold(seen.dropLast().allSatisfy { $0.count == limit }, "\(query): a page is not full")
                }
            }
        }
    }

    @Test("end exactly where the list ends", arguments: [9, 10, 11])
    func ends(limit: Int) async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 1)
            let users = try generator.crowd(10)
            try await storage.insert(users)
            let page = try await storage.users(UserQuery(), limit: limit)
            #expect(page.items.count == min(limit, 10))
            #expect((page.next == nil) == (limit >= 10))
        }
        try await withStorage { storage in
            let page = try await storage.users(UserQuery(), limit: limit)
            #expect(page.items.isEmpty)
            #expect(page.next == nil)
        }
    }

    @Test("begin behind the last user of the page before, also at the ends of every range")
    func extremes() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 2)
            let users = try [Int64.min, .min, 0, .max, .max].map { value in
                User(
                    wallet: try generator.wallet(),
                    credits: Credits(millionths: value & .max),
                    createdAt: Timestamp(microseconds: value)
                )
            }
            try await storage.insert(users)
            for query in Self.queries where query.isMiner == nil {
                let seen = try await storage.pages(query, limit: 1)
                #expect(seen.flatMap { $0 } == query.reference(users))
            }
            let end = UserQuery.Position.value(.max, number: .max)
            #expect(try await storage.users(UserQuery(), after: end, limit: 1).items.isEmpty)
        }
    }

    @Test("neither repeat nor hide a user who stayed where they were while others came and moved")
    func changesBetweenPages() async throws {
        await forAll(cases: 40) { generator in
            try await withStorage { storage in
                let query = try #require(Self.queries.randomElement(using: &generator))
                let users = try generator.crowd(60)
                try await storage.insert(users)
                let movers = users.prefix(10).map(\.wallet)
                var seen: [WalletAddress] = []
                var position: UserQuery.Position?
                repeat {
                    let page = try await storage.users(query, after: position, limit: 7)
                    seen += page.items.map(\.wallet)
                    position = page.next
                    try await storage.insert(generator.crowd(2))
                    let mover = try #require(movers.randomElement(using: &generator))
                    let balance = Credits(millionths: .random(in: 0...4, using: &generator))
                    try await storage.write { db in
                        try await UserTable.setBalance(balance, of: mover, at: .epoch, in: db)
                    }
                } while position != nil
                let canMove = query.key == .credits || query.minimumCredits != nil
                let expected = query.reference(canMove ? Array(users.dropFirst(10)) : users).map(\.wallet)
                try hold(seen.filter(Set(expected).contains) == expected, "\(query) repeats or hides a user")
            }
        }
    }
}

@Suite("Pages of users in SQLite")
struct UserPageCostTests {
    @Test("are read off an index, whatever the filters, and never sorted")
    func plans() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 3)
            try await storage.insert(generator.crowd(50))
            for query in UserPageTests.queries {
                let first = try await storage.users(query, limit: 2)
                for position in [nil, first.next] {
                    let detail = try plan(of: UserTable.select(query, after: position, limit: 21), in: storage)
                    #expect(detail.contains("USING INDEX"), "\(query): \(detail)")
                    #expect(!detail.contains("TEMP B-TREE"), "\(query): \(detail)")
                }
            }
        }
    }

    @Test("cost no more at the end of a list than at its beginning")
    func depth() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 5)
            let users = try (0..<1000).map { _ in
                User(
                    wallet: try generator.wallet(),
                    credits: Credits(millionths: .random(in: 0...1000, using: &generator)),
                    isMiner: .random(using: &generator),
                    createdAt: Timestamp(microseconds: .random(in: 0...1000, using: &generator))
                )
            }
            try await storage.insert(users)
            for query in UserPageTests.queries {
                var steps: [Int] = []
                var position: UserQuery.Position?
                repeat {
                    steps.append(try cost(of: UserTable.select(query, after: position, limit: 51), in: storage))
                    position = try await storage.users(query, after: position, limit: 50).next
                } while position != nil
                // A walk over all users takes more than 7,000 steps.
                #expect(steps.allSatisfy { $0 < 4000 }, "\(query): \(steps)")
            }
        }
    }

    @Test("of a ledger are read off an index, too")
    func ledgerPlan() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 4)
            let wallet = try generator.wallet()
            let detail = try plan(of: LedgerTable.select(of: wallet, before: nil, limit: 20), in: storage)
            #expect(detail.contains("SEARCH ledger USING INDEX ledger_wallet"), "\(detail)")
            #expect(!detail.contains("TEMP B-TREE"), "\(detail)")
        }
    }
}

/// How many steps SQLite's machine takes for a statement.
private func cost(of sql: R3MESDatabase.SQL, in storage: Storage) throws -> Int {
    try withConnection(to: storage) { db in
        let statement = try db.makeStatement(sql: sql.description)
        _ = try GRDB.Row.fetchAll(statement, arguments: sql.arguments)
        return Int(sqlite3_stmt_status(statement.sqliteStatement, SQLITE_STMTSTATUS_VM_STEP, 0))
    }
}

/// How SQLite goes about a statement.
private func plan(of sql: R3MESDatabase.SQL, in storage: Storage) throws -> String {
    try withConnection(to: storage) { db in
        try GRDB.Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql.description)", arguments: sql.arguments)
            .map { $0["detail"] as String }
            .joined(separator: "; ")
    }
}

private func withConnection<Result>(to storage: Storage, _ body: (GRDB.Database) throws -> Result) throws -> Result {
    let queue = try DatabaseQueue(path: String(storage.location.dropFirst("sqlite:".count)))
    defer { try? queue.close() }
    return try queue.read(body)
}

extension R3MESDatabase.SQL {
    fileprivate var arguments: StatementArguments {
        StatementArguments(
            parameters.map { value -> (any DatabaseValueConvertible)? in
                switch value {
                case .bool(let bool): bool
                case .integer(let integer): integer
                case .text(let text): text
                default: nil
                }
            }
        )
    }
}

extension Storage {
    fileprivate func insert(_ users: [User]) async throws {
        try await write { db in
            for user in users {
                let isNew = try await UserTable.insert(user, in: db)
                try hold(isNew, "\(user.wallet) is there already")
            }
        }
    }

    /// Every page of a list.
    fileprivate func pages(_ query: UserQuery, limit: Int) async throws -> [[User]] {
        var pages: [[User]] = []
        var position: UserQuery.Position?
        repeat {
            let page = try await users(query, after: position, limit: limit)
            pages.append(page.items)
            position = page.next
        } while position != nil && pages.count < 1000
        return pages
    }
}

extension UserQuery {
    /// What the list must show of these users, who registered in this order.
    fileprivate func reference(_ users: [User]) -> [User] {
        let matching = users.filter { user in
            (isMiner.map { $0 == user.isMiner } ?? true)
                && (minimumCredits.map { user.credits >= $0 } ?? true)
                && (createdAfter.map { user.createdAt > $0 } ?? true)
        }
        let ascending = matching.enumerated().sorted { first, second in
            switch key {
            case .createdAt where first.element.createdAt != second.element.createdAt:
                first.element.createdAt < second.element.createdAt
            case .credits where first.element.credits != second.element.credits:
                first.element.credits < second.element.credits
            case .wallet:
                first.element.wallet.description < second.element.wallet.description
            case .createdAt, .credits:
                first.offset < second.offset
            }
        }
        let ordered = ascending.map(\.element)
        return isDescending ? ordered.reversed() : ordered
    }
}

extension SeededGenerator {
    /// Users many of whom have the same time and balance.
    fileprivate mutating func crowd(_ count: Int) throws -> [User] {
        try (0..<count).map { _ in
            User(
                wallet: try wallet(),
                credits: Credits(millionths: .random(in: 0...4, using: &self)),
                isMiner: .random(using: &self),
                createdAt: Timestamp(microseconds: .random(in: 0...3, using: &self))
            )
        }
    }
}
