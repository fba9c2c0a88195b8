// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESDatabase

@Suite("Transactions on PostgreSQL", PostgresTestDatabase.isThere)
struct PostgresTransactionTests {
    struct Unwilling: Error {}

    private func withTable(
        _ configure: (inout PostgresConfiguration) -> Void = { _ in },
        _ body: (PostgresDatabase, SQL) async throws -> Void
    ) async throws {
        try await PostgresTestDatabase.with(configure) { database, table in
            try await database.execute("CREATE TABLE \(table) (id int PRIMARY KEY, amount int NOT NULL)")
            try await database.execute("INSERT INTO \(table) VALUES (1, 100), (2, 100)")
            try await body(database, table)
        }
    }

    @Test("takes effect when its body returns, and not at all when it throws")
    func atomicity() async throws {
        try await withTable { database, table in
            try await database.withTransaction { transaction in
                try await transaction.execute("UPDATE \(table) SET amount = amount - 10 WHERE id = 1")
                try await transaction.execute("UPDATE \(table) SET amount = amount + 10 WHERE id = 2")
            }
            await #expect(throws: Unwilling.self) {
                try await database.withTransaction { transaction in
                    try await transaction.execute("DELETE FROM \(table)")
                    throw Unwilling()
                }
            }
            #expect(try await database.value("SELECT array_agg(amount ORDER BY id) FROM \(table)") == [90, 110])
            #expect(database.poolStatistics.created == 1)
        }
    }

    @Test("a savepoint undoes its part alone")
    func savepoints() async throws {
        try await withTable { database, table in
            try await database.withTransaction { transaction in
                try await transaction.execute("UPDATE \(table) SET amount = 1 WHERE id = 1")
                let error = try await databaseError {
                    try await transaction.withSavepoint {
                        try await transaction.execute("UPDATE \(table) SET amount = 2 WHERE id = 2")
                        try await transaction.execute("INSERT INTO \(table) VALUES (1, 1)")
                    }
                }
                #expect(error.code == .uniqueViolation)
            }
            #expect(try await database.value("SELECT array_agg(amount ORDER BY id) FROM \(table)") == [1, 100])
        }
    }

    @Test("a body that swallows a failure does not commit half of itself")
    func swallowedFailure() async throws {
        try await withTable { database, table in
            let error = try await databaseError {
                try await database.withTransaction { transaction in
                    try await transaction.execute("UPDATE \(table) SET amount = 1")
                    _ = try? await transaction.execute("INSERT INTO \(table) VALUES (1, 1)")
                }
            }
            #expect(error.code == .transactionAborted)
            #expect(try await database.value("SELECT sum(amount)::int FROM \(table)", as: Int.self) == 200)
        }
    }

    @Test("one that only reads sees one snapshot and cannot write")
    func readOnly() async throws {
        try await withTable { database, table in
            try await database.withTransaction(.readOnly) { transaction in
                let before = try await transaction.query("SELECT sum(amount)::int FROM \(table)").only()
                try await database.execute("INSERT INTO \(table) VALUES (3, 100)")
                let after = try await transaction.query("SELECT sum(amount)::int FROM \(table)").only()
                #expect(try before.decode(Int.self, at: 0) == after.decode(Int.self, at: 0))
            }
            let error = try await databaseError {
                try await database.withTransaction(.readOnly) { transaction in
                    _ = try await transaction.execute("DELETE FROM \(table)")
                }
            }
            #expect(error.code == .readOnly)
        }
    }

    @Test("serialisation failures are repeated until all have taken effect", arguments: [true, false])
    func serialization(wrapsErrors: Bool) async throws {
        try await withTable { database, table in
            var options = TransactionOptions()
            options.isolation = .serializable
            options.attempts = 1000
            try await withThrowingTaskGroup { group in
                for _ in 0..<20 {
                    group.addTask { [options] in
                        try await database.withTransaction(options) { transaction in
                            do {
                                let amount = try await transaction.query("SELECT amount FROM \(table) WHERE id = 1")
                                    .only()
                                let new = try amount.decode(Int.self, at: 0) + 1
                                try await transaction.execute("UPDATE \(table) SET amount = \(new) WHERE id = 1")
                            } catch let error as DatabaseError where wrapsErrors && error.isTransient {
                                throw Unwilling()
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.value("SELECT amount FROM \(table) WHERE id = 1", as: Int.self) == 120)
        }
    }

    @Test("a conflict that may not be repeated is reported")
    func unrepeated() async throws {
        try await withTable { database, table in
            var options = TransactionOptions()
            options.isolation = .repeatableRead
            let error = try await databaseError { [options] in
                try await database.withTransaction(options) { transaction in
                    _ = try await transaction.query("SELECT * FROM \(table)")
                    try await database.execute("UPDATE \(table) SET amount = 0")
                    try await transaction.execute("UPDATE \(table) SET amount = 1")
                }
            }
            #expect(error.code == .serializationFailure && error.isTransient)
        }
    }

    @Test("its time is up for the whole of it")
    func timeout() async throws {
        try await withTable {
            $0.pool.maximum = 1
        } _: { database, table in
            var options = TransactionOptions()
            options.timeout = .milliseconds(50)
            let error = try await databaseError { [options] in
                try await database.withTransaction(options) { transaction in
                    try await transaction.execute("UPDATE \(table) SET amount = 0")
                    _ = try await transaction.query("SELECT pg_sleep(60)")
                }
            }
            #expect(error.code == .timedOut)
            #expect(try await database.value("SELECT sum(amount)::int FROM \(table)", as: Int.self) == 200)
            #expect(try await database.execute("UPDATE \(table) SET amount = 5") == 2)
        }
    }

    @Test("what a lease left in its session is gone before the next one")
    func sessionState() async throws {
        try await withTable { configuration in
            configuration.pool.maximum = 1
            configuration.sharedConnections = 0
        } _: { database, _ in
            try await database.withTransaction { transaction in
                try await transaction.execute("SET work_mem = '1234kB'")
                try await transaction.execute("CREATE TEMPORARY TABLE left_behind (a int)")
            }
            #expect(try await database.value("SHOW work_mem", as: String.self) != "1234kB")
            #expect(try await database.value("SELECT to_regclass('left_behind') IS NULL", as: Bool.self))
        }
    }

    @Test("who keeps a transaction beyond its end, or wants to end it, is refused")
    func ended() async throws {
        try await withTable { database, _ in
            let kept = Mutex<Transaction?>(nil)
            try await database.withTransaction { transaction in
                kept.withLock { $0 = transaction }
                let error = try await databaseError { try await transaction.execute("COMMIT") }
                #expect(error.code == .statementNotAllowed)
            }
            let transaction = try #require(kept.withLock { $0 })
            #expect(try await databaseError { try await transaction.execute("SELECT 1") }.code == .statementNotAllowed)
        }
    }

    @Test("a transaction within another that could never get a connection is refused")
    func nested() async throws {
        try await withTable {
            $0.pool.maximum = 1
        } _: { database, table in
            let error = try await databaseError {
                try await database.withTransaction { _ in
                    _ = try await database.execute("DELETE FROM \(table)")
                }
            }
            #expect(error.code == .nestedAcquire)
        }
    }
}
