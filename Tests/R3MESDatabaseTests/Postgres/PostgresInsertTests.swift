// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport
import Testing

@testable import R3MESDatabase

@Suite("Inserts into PostgreSQL", PostgresTestDatabase.isThere)
struct PostgresInsertTests {
    static let sizes = [0, 1, 8, 9, 199, 5000]

    private func rows(_ count: Int) -> [[SQLValue]] {
        (0..<count).map { row($0) }
    }

    private func row(_ index: Int) -> [SQLValue] {
        let data: SQLValue = index % 3 == 0 ? .null : .bytes([0, UInt8(index & 255)])
        let moment = SQLTimestamp(microseconds: Int64(index) - 2)
        var row: [SQLValue] = [.integer(Int64(index)), .text("a\tb\\n\n'\(index)"), .double(Double(index) / 4)]
        row += [.timestamp(moment), data]
        row += [.json(SQLJSON("{\"n\": \(index)}")), .bool(index % 2 == 0)]
        return row
    }

    private func target(_ table: SQL, _ conflict: InsertTarget.Conflict = .fail) -> InsertTarget {
        let columns = ["id", "name", "ratio", "at", "data", "info", "flag"]
        return InsertTarget(table.description, columns: columns, onConflict: conflict)
    }

    private func withTable(_ body: (PostgresDatabase, SQL) async throws -> Void) async throws {
        try await PostgresTestDatabase.with { database, table in
            try await database.execute(
                """
                CREATE TABLE \(table) (id int PRIMARY KEY, name text, ratio float8, at timestamptz, data bytea, info jsonb,
                flag bool, extra int DEFAULT 7)
                """
            )
            try await body(database, table)
        }
    }

    @Test("any number of rows arrives whole", arguments: Self.sizes)
    func arrival(count: Int) async throws {
        try await withTable { database, table in
            let rows = rows(count)
            #expect(try await database.insert(rows, into: target(table)) == count)
            let stored = try await database.query("SELECT * FROM \(table) ORDER BY id")
            #expect(stored.count == count)
            for (row, expected) in zip(stored, rows) {
                #expect(try row.decode(Int64.self, at: 0).sqlValue == expected[0])
                #expect(try row.decode(String.self, at: 1).sqlValue == expected[1])
                #expect(try row.decode(Double.self, at: 2).sqlValue == expected[2])
                #expect(try row.decode(SQLTimestamp.self, at: 3).sqlValue == expected[3])
                #expect(try row.decode([UInt8]?.self, at: 4)?.sqlValue ?? .null == expected[4])
                #expect(try row.decode(SQLJSON.self, at: 5).sqlValue == expected[5])
                #expect(try row.decode(Bool.self, at: 6).sqlValue == expected[6])
                #expect(try row.decode(Int.self, at: 7) == 7)
            }
        }
    }

    @Test("all or none are inserted", arguments: Self.sizes.dropFirst())
    func atomicity(count: Int) async throws {
        try await withTable { database, table in
            try await database.insert([rows(count)[count - 1]], into: target(table))
            let error = try await databaseError { try await database.insert(rows(count), into: target(table)) }
            #expect(error.code == .uniqueViolation)
            #expect(try await database.value("SELECT count(*) FROM \(table)", as: Int.self) == 1)
            #expect(try await database.execute("DELETE FROM \(table)") == 1)
        }
    }

    @Test("rows that are there already are left or replaced, as the rule says", arguments: Self.sizes.dropFirst())
    func conflicts(count: Int) async throws {
        try await withTable { database, table in
            try await database.insert([rows(1)[0]], into: target(table))
            let ignored = try await database.insert(rows(count), into: target(table, .ignore(on: ["id"])))
            #expect(ignored == count - 1)
            let renamed = rows(count).map { row in [row[0], .text("new")] + row[2...] }
            #expect(try await database.insert(renamed, into: target(table, .update(["name"], on: ["id"]))) == count)
            #expect(try await database.value("SELECT count(*) FROM \(table) WHERE name = 'new'", as: Int.self) == count)
        }
    }

    @Test("columns of other types take values by their text", arguments: [3, 30, 3000])
    func otherTypes(count: Int) async throws {
        try await PostgresTestDatabase.with { database, table in
            try await database.execute(
                "CREATE TABLE \(table) (a numeric(20, 4), b int2, c date, d inet, e varchar(8), f text, g interval)"
            )
            let columns = ["a", "b", "c", "d", "e", "f", "g"]
            let rows: [[SQLValue]] = (0..<count).map { index in
                [
                    .decimal(SQLDecimal("1.5") ?? 0), .integer(Int64(index % 100)), .text("2026-01-31"),
                    .text("10.0.0.1"), .text("ä"),
                    .integer(5), .text("1 day"),
                ]
            }
            #expect(try await database.insert(rows, into: InsertTarget(table.description, columns: columns)) == count)
            let sum = try await database.value(
                "SELECT sum(a) FROM \(table) WHERE c = '2026-01-31'",
                as: SQLDecimal.self
            )
            #expect(sum.double == 1.5 * Double(count))
        }
    }

    @Test("arrays are inserted too", arguments: [3, 30])
    func arrays(count: Int) async throws {
        try await PostgresTestDatabase.with { database, table in
            try await database.execute("CREATE TABLE \(table) (a int[])")
            let rows = [[SQLValue]](repeating: [.array([.integer(1), .null])], count: count)
            #expect(try await database.insert(rows, into: InsertTarget(table.description, columns: ["a"])) == count)
            let sum = try await database.value("SELECT sum(cardinality(a))::int FROM \(table)", as: Int.self)
            #expect(sum == 2 * count)
        }
    }

    @Test("rows that do not fit their columns are refused before anything is sent")
    func malformed() async throws {
        try await withTable { database, table in
            let target = InsertTarget(table.description, columns: ["id", "name"])
            let error = try await databaseError { try await database.insert([[.integer(1)]], into: target) }
            #expect(error.code == .invalidParameter)
            let none = InsertTarget(table.description, columns: [])
            #expect(try await databaseError { try await database.insert([[]], into: none) }.code == .invalidParameter)
            let missing = InsertTarget("no such table", columns: ["a"])
            for count in [1, 20, 5000] {
                let rows = [[SQLValue]](repeating: [.integer(1)], count: count)
                #expect(
                    try await databaseError { try await database.insert(rows, into: missing) }.code == .undefinedObject
                )
            }
            let wrong = (0..<5000).map { [SQLValue.integer(Int64($0)), .text($0 == 4999 ? "\u{0}" : "a")] }
            #expect(
                try await databaseError { try await database.insert(wrong, into: target) }.code == .invalidParameter
            )
            #expect(try await database.value("SELECT count(*) FROM \(table)", as: Int.self) == 0)
        }
    }

    @Test("an insert is part of its transaction", arguments: [1, 20, 5000])
    func inTransaction(count: Int) async throws {
        try await withTable { database, table in
            await #expect(throws: PostgresTransactionTests.Unwilling.self) {
                try await database.withTransaction { transaction in
                    #expect(try await transaction.insert(rows(count), into: target(table)) == count)
                    let rule = InsertTarget.Conflict.update(["name"], on: ["id"])
                    #expect(try await transaction.insert(rows(count), into: target(table, rule)) == count)
                    throw PostgresTransactionTests.Unwilling()
                }
            }
            let count = try await database.value("SELECT count(*) FROM \(table)", as: Int.self)
            #expect(count == 0)
        }
    }
}
