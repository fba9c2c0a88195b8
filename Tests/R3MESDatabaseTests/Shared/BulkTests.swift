// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import Testing

@Suite("Both engines: many rows")
struct BulkTests {
    private struct Enough: Error {}

    private static let accounts = InsertTarget("accounts", columns: ["id", "name", "credits"])

    private func rows(_ ids: some Sequence<Int>, credits: Int64 = 1) -> [[SQLValue]] {
        ids.map { [.integer(Int64($0)), .text("account \($0)"), .integer(credits)] }
    }

    @Test("rows are inserted, however many", arguments: DatabaseEngine.tested, [0, 1, 2, 100, 5000])
    func insert(engine: DatabaseEngine, count: Int) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts()
            #expect(try await database.insert(rows(0..<count), into: Self.accounts) == count)
            #expect(try await database.count(of: "accounts") == count)
            let inTransaction = try await database.withTransaction { transaction in
                try await transaction.insert(rows(count..<2 * count), into: Self.accounts)
            }
            #expect(inTransaction == count)
            #expect(try await database.count(of: "accounts") == 2 * count)
        }
    }

    @Test("one row that is refused undoes all of them", arguments: DatabaseEngine.tested, [2, 100, 3000])
    func allOrNone(engine: DatabaseEngine, count: Int) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts()
            await expectError(.uniqueViolation) {
                try await database.insert(rows(Array(0..<count) + [0]), into: Self.accounts)
            }
            #expect(try await database.count(of: "accounts") == 0)
        }
    }

    @Test("a row of the wrong length is refused", arguments: DatabaseEngine.tested)
    func wrongLength(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts()
            await expectError(.invalidParameter) {
                try await database.insert(rows(0..<2) + [[.integer(7)]], into: Self.accounts)
            }
            #expect(try await database.count(of: "accounts") == 0)
        }
    }

    @Test("rows that are there are left, or changed, as was asked", arguments: DatabaseEngine.tested, [1, 50, 3000])
    func conflicts(engine: DatabaseEngine, count: Int) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts()
            try await database.insert(rows(0..<count), into: Self.accounts)
            var target = Self.accounts
            target.conflict = .ignore(on: ["id"])
            #expect(try await database.insert(rows(0..<count + 5, credits: 2), into: target) == 5)
            target.conflict = .ignore()
            #expect(try await database.insert(rows(0..<count, credits: 2), into: target) == 0)
            target.conflict = .update(["credits"], on: ["id"])
            #expect(try await database.insert(rows(0..<count, credits: 3), into: target) == count)
            let changed = try await database.query("SELECT count(*) FROM accounts WHERE credits = 3")
            #expect(try changed.only().decode(Int.self, at: 0) == count)
        }
    }

    @Test("a stream gives all rows in order", arguments: DatabaseEngine.tested, [0, 1, 10_000])
    func stream(engine: DatabaseEngine, count: Int) async throws {
        try await engine.withDatabase { database in
            let numbers = database.dialect.numbers(to: max(count, 1))
            let sql: SQL = "SELECT i FROM \(numbers) WHERE i <= \(count) ORDER BY i"
            let sum = try await database.withRows(of: sql) { rows in
                var (expected, sum) = (1, 0)
                for try await row in rows {
                    let number = try row.decode(Int.self, at: 0)
                    #expect(number == expected)
                    expected += 1
                    sum += number
                }
                return sum
            }
            #expect(sum == count * (count + 1) / 2)
        }
    }

    @Test("a stream that is left early or by an error gives everything back", arguments: DatabaseEngine.tested)
    func leftStream(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            let sql: SQL = "SELECT i FROM \(database.dialect.numbers(to: 100_000))"
            for _ in 0..<50 {
                try await database.withRows(of: sql) { rows in
                    for try await _ in rows { break }
                }
                await #expect(throws: Enough.self) {
                    try await database.withRows(of: sql) { rows in
                        for try await _ in rows { throw Enough() }
                    }
                }
            }
            await expectError(.undefinedObject) {
                try await database.withRows(of: "SELECT * FROM nobody") { rows in
                    for try await _ in rows {}
                }
            }
            let answer = try await database.query("SELECT 1")
            #expect(answer.count == 1)
        }
    }

    @Test(
        "a stream in a transaction sees what it wrote, and statements may come between",
        arguments: DatabaseEngine.tested
    )
    func streamInTransaction(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts()
            try await database.withTransaction { transaction in
                try await transaction.insert(rows(0..<2000), into: Self.accounts)
                var seen = 0
                try await transaction.withRows(of: "SELECT id FROM accounts ORDER BY id") { rows in
                    for try await row in rows {
                        seen += 1
                        guard seen.isMultiple(of: 500) else { continue }
                        let id = try row.decode(Int.self, at: 0)
                        try await transaction.execute("INSERT INTO visits (account) VALUES (\(id))")
                    }
                }
                #expect(seen == 2000)
            }
            #expect(try await database.count(of: "visits") == 4)
        }
    }
}
