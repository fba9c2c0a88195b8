// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import Testing

@Suite("Both engines: rows")
struct RowTests {
    @Test("columns are found by name and by position, and decoded together", arguments: DatabaseEngine.tested)
    func columns(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts(3)
            let rows = try await database.query("SELECT id, name, credits AS money FROM accounts ORDER BY id")
            #expect(rows.count == 3)
            #expect(rows.columns == ["id", "name", "money"])
            #expect(try rows[1]["name", as: String.self] == "account 1")
            #expect(try rows[2].decode(Int.self, at: 0) == 2)
            let (id, name, money) = try rows[0].decode((Int64, String, Int).self)
            #expect(id == 0 && name == "account 0" && money == 1000)
        }
    }

    @Test(
        "a column that is not there, and a value of another type, are errors that name the column",
        arguments: DatabaseEngine.tested
    )
    func mistakes(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts(1)
            let row = try await database.query("SELECT id, name FROM accounts").only()
            await expectError(.columnNotFound) { try row["nobody", as: Int.self] }
            await expectError(.columnNotFound) { try row.decode(Int.self, at: 2) }
            await expectError(.typeMismatch) { try row["name", as: Int.self] }
            await expectError(.typeMismatch) { try row["id", as: String.self] }
            do {
                _ = try row["name", as: Int.self]
            } catch {
                #expect("\(error)".contains("\"name\""))
                #expect(!"\(error)".contains("account 0"))
            }
        }
    }

    @Test("a null is an error unless it was expected", arguments: DatabaseEngine.tested)
    func nulls(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.execute("CREATE TABLE kept (value bigint)")
            try await database.execute("INSERT INTO kept VALUES (NULL)")
            let row = try await database.query("SELECT value FROM kept").only()
            #expect(try row.decode(Int?.self, at: 0) == nil)
            await expectError(.typeMismatch) { try row.decode(Int.self, at: 0) }
        }
    }

    @Test("one row is what only() wants", arguments: DatabaseEngine.tested)
    func only(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts(2)
            await expectError(.rowNotFound) { try await database.query("SELECT id FROM accounts").only() }
            await expectError(.rowNotFound) {
                try await database.query("SELECT id FROM accounts WHERE id = 7").only()
            }
        }
    }

    @Test("lists, pieces and rows of a statement that writes", arguments: DatabaseEngine.tested)
    func pieces(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts(10)
            let filter: SQL = "id IN (\(list: [1, 3, 5, 77]))"
            #expect(try await database.query("SELECT id FROM accounts WHERE \(filter)").count == 3)
            #expect(try await database.query("SELECT id FROM accounts WHERE id IN (\(list: [Int]()))").isEmpty)
            let changed = try await database.query(
                "UPDATE accounts SET credits = credits + 1 WHERE \(filter) RETURNING credits"
            )
            #expect(try changed.map { row throws in try row.decode(Int.self, at: 0) } == [1001, 1001, 1001])
            let moved = try await database.query(
                "WITH gone AS (SELECT id FROM accounts WHERE id = 1) SELECT count(*) FROM gone"
            )
            #expect(try moved.only().decode(Int.self, at: 0) == 1)
        }
    }

    @Test("execute tells how many rows changed", arguments: DatabaseEngine.tested)
    func changes(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts(10)
            #expect(try await database.execute("UPDATE accounts SET credits = 5 WHERE id < 4") == 4)
            #expect(try await database.execute("DELETE FROM accounts WHERE id > 100") == 0)
            #expect(try await database.execute("DELETE FROM accounts WHERE id = 0") == 1)
            #expect(try await database.execute("CREATE TABLE another (id bigint)") == 0)
        }
    }

    @Test("statements go on working when their table changes", arguments: DatabaseEngine.tested)
    func changedTable(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts(1)
            let statement: SQL = "SELECT * FROM accounts"
            for _ in 0..<8 {
                #expect(try await database.query(statement).columns == ["id", "name", "credits"])
            }
            try await database.execute("ALTER TABLE accounts ADD COLUMN more text")
            for _ in 0..<8 {
                #expect(try await database.query(statement).columns == ["id", "name", "credits", "more"])
            }
        }
    }
}
