// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import R3MESTestSupport
import Testing

@Suite("Both engines: transactions")
struct TransactionTests {
    private struct Refusal: Error {}

    @Test("what returns is committed, what throws leaves nothing", arguments: DatabaseEngine.tested)
    func outcome(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts()
            let answer = try await database.withTransaction { transaction in
                try await transaction.execute("INSERT INTO accounts (id, name) VALUES (1, 'one')")
                return try await transaction.query("SELECT count(*) FROM accounts").only().decode(Int.self, at: 0)
            }
            #expect(answer == 1)
            await #expect(throws: Refusal.self) {
                try await database.withTransaction { transaction in
                    try await transaction.execute("INSERT INTO accounts (id, name) VALUES (2, 'two')")
                    throw Refusal()
                }
            }
            #expect(try await database.count(of: "accounts") == 1)
        }
    }

    @Test("others don't see what is not committed", arguments: DatabaseEngine.tested)
    func isolation(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts()
            try await database.withTransaction { transaction in
                try await transaction.execute("INSERT INTO accounts (id, name) VALUES (1, 'one')")
                #expect(try await database.count(of: "accounts") == 0)
            }
            #expect(try await database.count(of: "accounts") == 1)
        }
    }

    @Test("after a statement has failed, the transaction is lost", arguments: DatabaseEngine.tested)
    func failedStatement(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts(1)
            await expectError(.transactionAborted) {
                try await database.withTransaction { transaction in
                    try await transaction.execute("INSERT INTO accounts (id, name) VALUES (1, 'one')")
                    await expectError(.uniqueViolation) {
                        try await transaction.execute("INSERT INTO accounts (id, name) VALUES (0, 'again')")
                    }
                    await expectError(.transactionAborted) { try await transaction.query("SELECT 1") }
                }
            }
            #expect(try await database.count(of: "accounts") == 1)
        }
    }

    @Test("a savepoint is undone by itself, and a failed statement with it", arguments: DatabaseEngine.tested)
    func savepoints(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts(1)
            try await database.withTransaction { transaction in
                _ = try await transaction.withSavepoint {
                    try await transaction.execute("INSERT INTO accounts (id, name) VALUES (1, 'one')")
                }
                await expectError(.uniqueViolation) {
                    try await transaction.withSavepoint {
                        try await transaction.execute("INSERT INTO accounts (id, name) VALUES (2, 'two')")
                        return try await transaction.execute("INSERT INTO accounts (id, name) VALUES (0, 'again')")
                    }
                }
                try await transaction.execute("INSERT INTO accounts (id, name) VALUES (3, 'three')")
            }
            let ids = try await database.query("SELECT id FROM accounts ORDER BY id")
            #expect(try ids.map { row throws in try row.decode(Int.self, at: 0) } == [0, 1, 3])
        }
    }

    @Test("a transaction that only reads sees one snapshot and refuses writes", arguments: DatabaseEngine.tested)
    func readOnly(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts(1)
            try await database.withTransaction(.readOnly) { transaction in
                let count: SQL = "SELECT count(*) FROM accounts"
                #expect(try await transaction.query(count).only().decode(Int.self, at: 0) == 1)
                try await database.execute("INSERT INTO accounts (id, name) VALUES (1, 'one')")
                #expect(try await transaction.query(count).only().decode(Int.self, at: 0) == 1)
                #expect(try await database.count(of: "accounts") == 2)
            }
            await expectError(.readOnly) {
                try await database.withTransaction(.readOnly) { transaction in
                    try await transaction.execute("DELETE FROM accounts")
                }
            }
            #expect(try await database.count(of: "accounts") == 2)
        }
    }

    @Test(
        "a transaction that has ended refuses statements, and one cannot be ended by a statement",
        arguments: DatabaseEngine.tested
    )
    func ends(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            let kept = try await database.withTransaction { $0 }
            await expectError(.statementNotAllowed) { try await kept.query("SELECT 1") }
            try await database.withTransaction { transaction in
                for text in ["COMMIT", "ROLLBACK", "BEGIN", "END"] {
                    await expectError(.statementNotAllowed) { try await transaction.execute(SQL(unsafeRaw: text)) }
                }
                let answer = try await transaction.query("SELECT 1")
                #expect(answer.count == 1)
            }
        }
    }

    @Test("statements of concurrent tasks take turns in a transaction", arguments: DatabaseEngine.tested)
    func concurrentStatements(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts()
            try await database.withTransaction { transaction in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for id in 0..<50 {
                        group.addTask {
                            let name = "account \(id)"
                            try await transaction.execute("INSERT INTO accounts (id, name) VALUES (\(id), \(name))")
                        }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(try await database.count(of: "accounts") == 50)
        }
    }

    @Test("concurrent transfers lose nothing and find their order", arguments: DatabaseEngine.tested)
    func transfers(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts(8)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<16 {
                    group.addTask {
                        var random = SeededGenerator(seed: UInt64(task))
                        for _ in 0..<25 {
                            let (from, to) = (
                                Int.random(in: 0..<8, using: &random), Int.random(in: 0..<8, using: &random)
                            )
                            try await transfer(1, from: from, to: to, in: database)
                        }
                    }
                }
                try await group.waitForAll()
            }
            let sum = try await database.query("SELECT sum(credits) FROM accounts").only().decode(Int.self, at: 0)
            #expect(sum == 8000)
        }
    }

    private func transfer(_ amount: Int, from: Int, to: Int, in database: any Database) async throws {
        try await database.withTransaction(.repeatable) { transaction in
            // Locked in one order, so that nobody waits in a circle.
            let lock: SQL = transaction.dialect == .postgres ? " FOR UPDATE" : ""
            for id in Set([from, to]).sorted() {
                _ = try await transaction.query("SELECT credits FROM accounts WHERE id = \(id)" + lock)
            }
            try await transaction.execute("UPDATE accounts SET credits = credits - \(amount) WHERE id = \(from)")
            try await transaction.execute("UPDATE accounts SET credits = credits + \(amount) WHERE id = \(to)")
        }
    }
}
