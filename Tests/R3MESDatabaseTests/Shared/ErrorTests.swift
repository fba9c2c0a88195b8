// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import Testing

@Suite("Both engines: errors")
struct ErrorTests {
    @Test("a broken constraint has the same code on both", arguments: DatabaseEngine.tested)
    func constraints(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts(1)
            await expectError(.uniqueViolation) {
                try await database.execute("INSERT INTO accounts (id, name) VALUES (0, 'again')")
            }
            await expectError(.uniqueViolation) {
                try await database.execute("INSERT INTO accounts (id, name) VALUES (1, 'account 0')")
            }
            await expectError(.foreignKeyViolation) {
                try await database.execute("INSERT INTO visits (account) VALUES (99)")
            }
            await expectError(.notNullViolation) {
                try await database.execute("INSERT INTO accounts (id, name) VALUES (2, NULL)")
            }
            await expectError(.checkViolation) { try await database.execute("UPDATE accounts SET credits = -1") }
            #expect(try await database.count(of: "accounts") == 1)
        }
    }

    @Test("a statement that cannot be understood has the same code on both", arguments: DatabaseEngine.tested)
    func mistakes(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts()
            await expectError(.invalidStatement) { try await database.query("SELEC 1") }
            await expectError(.invalidStatement) { try await database.query("SELECT 1; SELECT 2") }
            await expectError(.undefinedObject) { try await database.query("SELECT * FROM nobody") }
            await expectError(.undefinedObject) { try await database.query("SELECT no_such_column FROM accounts") }
            await expectError(.undefinedObject) { try await database.query("SELECT no_such_function(1)") }
        }
    }

    @Test("the error names the constraint and shows no value", arguments: DatabaseEngine.tested)
    func privacy(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts()
            try await database.execute("INSERT INTO accounts (id, name) VALUES (1, \("a secret name"))")
            do {
                try await database.execute("INSERT INTO accounts (id, name) VALUES (2, \("a secret name"))")
                Issue.record("the name was taken twice")
            } catch let error as DatabaseError {
                #expect(error.sqlState == "23505")
                #expect(error.constraint != nil)
                #expect(!"\(error)".contains("secret"))
                #expect(!"\(error)".contains("INSERT"))
            }
        }
    }

    @Test("what begins or ends transactions, or changes sessions, is refused", arguments: DatabaseEngine.tested)
    func control(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            for text in ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT a", "/* */ begin", "SET x = 1"] {
                await expectError(.statementNotAllowed) { try await database.execute(SQL(unsafeRaw: text)) }
            }
        }
    }
}
