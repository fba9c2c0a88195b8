// SPDX-License-Identifier: Apache-2.0

@testable import R3MESDatabase
import Testing

@Suite("What a statement changes")
struct TableChangeTests {
    @Test(
        "The target of a write is found in its text",
        arguments: [
            ("INSERT INTO users VALUES (1)", "users"), ("insert into Public.\"Users\" (a) values (1)", "users"),
            ("UPDATE ONLY users SET a = 1", "users"), ("UPDATE OR IGNORE users SET a = 1", "users"),
            ("DELETE FROM users USING keys", "users"), ("MERGE INTO users USING keys ON true", "users"),
            ("REPLACE INTO users VALUES (1)", "users"), ("UPDATE \"only\" SET a = 1", "only"),
            ("INSERT INTO users SELECT 'WITH x AS (DELETE FROM keys)'", "users"),
            ("INSERT INTO users VALUES ($$WITH DELETE$$) ON CONFLICT DO UPDATE SET a = 1", "users"),
        ]
    )
    func targets(text: String, table: String) {
        #expect(TableChange(text: text) == .table(table))
    }

    @Test(
        "What only reads changes nothing",
        arguments: [
            "SELECT 'DELETE FROM users'", "WITH x AS (SELECT 1) SELECT * FROM x", "TABLE users", "SET LOCAL a = 1",
            "SELECT * FROM users -- UPDATE users", "SELECT \"delete\" FROM /* INSERT /* INTO */ UPDATE */ users",
            "SELECT $a$ UPDATE users $a$, $1", "SAVEPOINT a",
        ]
    )
    func reads(text: String) {
        #expect(TableChange(text: text) == .nothing)
    }

    @Test(
        "Whatever else may change anything",
        arguments: [
            "WITH gone AS (DELETE FROM users RETURNING *) SELECT * FROM gone", "TRUNCATE users", "CALL f()", "DO $$ $$",
            "INSERT INTO a WITH x AS (DELETE FROM b RETURNING c) SELECT * FROM x", "DROP TABLE users", "INSERT",
            "UPDATE",
            "DELETE users", "COPY users FROM STDIN", "EXPLAIN ANALYZE DELETE FROM users", "", "'", "$$", "\"",
        ]
    )
    func unknown(text: String) {
        #expect(TableChange(text: text) == .unknown)
    }
}
