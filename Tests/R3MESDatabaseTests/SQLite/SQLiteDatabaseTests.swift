// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESDatabase

@Suite("SQLite alone")
struct SQLiteDatabaseTests {
    private func withSQLite(
        _ configure: (inout SQLiteConfiguration) -> Void = { _ in },
        _ body: @escaping (any Database) async throws -> Void
    ) async throws {
        try await withDatabaseFile { path in
            var configuration = SQLiteConfiguration(path: path)
            configure(&configuration)
            try await ending(SQLiteDatabase(configuration), body)
        }
    }

    @Test("of writes that are committed together, one that fails undoes only itself")
    func failuresInGroups() async throws {
        try await withSQLite { database in
            try await database.makeAccounts(1)
            let target = InsertTarget("accounts", columns: ["id", "name"])
            let failures = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 1...200 {
                    group.addTask {
                        do {
                            let rows: [[SQLValue]] = [
                                [.integer(Int64(number)), .text("a\(number)")],
                                [.integer(number.isMultiple(of: 4) ? 0 : Int64(1000 + number)), .text("b\(number)")],
                            ]
                            try await database.insert(rows, into: target)
                            return false
                        } catch let error as DatabaseError where error.code == .uniqueViolation {
                            return true
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(failures == 50)
            let left = try await database.count(of: "accounts")
            #expect(left == 1 + 2 * 150)
        }
    }

    @Test("the body of a transaction runs on the thread of its connection")
    func bodyOnConnection() async throws {
        try await withDatabaseFile { path in
            let database = try SQLiteDatabase(SQLiteConfiguration(path: path))
            let isThere = try await database.withTransaction { transaction in
                _ = try await transaction.query("SELECT 1")
                return database.writer.connection.isOnQueue
            }
            #expect(isThere)
            await database.shutdown()
        }
    }

    @Test("a write past one's own transaction is refused instead of waiting for itself")
    func nestedWrite() async throws {
        try await withSQLite { database in
            try await database.makeAccounts()
            try await database.withTransaction { transaction in
                try await transaction.execute("INSERT INTO accounts (id, name) VALUES (1, 'one')")
                await expectError(.nestedAcquire) { try await database.execute("DELETE FROM visits") }
                await expectError(.nestedAcquire) {
                    try await database.withTransaction { try await $0.query("SELECT 1") }
                }
            }
            try await database.execute("DELETE FROM visits")
        }
    }

    @Test("a transaction whose time is up gives the writer to the next, whatever its body does")
    func lateTransaction() async throws {
        try await withSQLite { database in
            try await database.makeAccounts()
            var options = TransactionOptions()
            options.timeout = .milliseconds(50)
            await expectError(.timedOut) {
                try await database.withTransaction(options) { transaction in
                    try await transaction.execute("INSERT INTO accounts (id, name) VALUES (1, 'one')")
                    // Others write while this body, which is late, waits for them.
                    _ = try await Task.detached {
                        try await database.execute("INSERT INTO accounts (id, name) VALUES (2, 'two')")
                    }.value
                }
            }
            let ids = try await database.query("SELECT id FROM accounts").map { row throws in
                try row.decode(Int.self, at: 0)
            }
            #expect(ids == [2])
        }
    }

    @Test("what another process holds locked is waited for, and no longer than was asked")
    func locked() async throws {
        try await withDatabaseFile { path in
            var configuration = SQLiteConfiguration(path: path)
            try await ending(SQLiteDatabase(configuration)) { first in
                try await first.makeAccounts()
                configuration.busyTimeout = .milliseconds(20)
                try await ending(SQLiteDatabase(configuration)) { second in
                    try await first.withTransaction { transaction in
                        try await transaction.execute("DELETE FROM visits")
                        await expectError(.lockNotAvailable) { try await second.execute("DELETE FROM visits") }
                        let seen = try await second.count(of: "accounts")
                        #expect(seen == 0)
                    }
                    try await second.execute("DELETE FROM visits")
                }
            }
        }
    }

    @Test("a configuration that cannot work is refused with everything that is wrong")
    func configuration() {
        var configuration = SQLiteConfiguration(path: ":memory:")
        configuration.readers = 0
        configuration.busyTimeout = .seconds(-1)
        do {
            _ = try SQLiteDatabase(configuration)
            Issue.record("it was accepted")
        } catch {
            #expect(error.code == .invalidConfiguration)
            for word in ["path", "readers", "busyTimeout"] { #expect(error.message.contains(word)) }
        }
    }
}
