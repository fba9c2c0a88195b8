// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport
import Testing

@testable import R3MESDatabase

@Suite("Statements on PostgreSQL", PostgresTestDatabase.isThere)
struct PostgresStatementTests {
    @Test("every kind of value comes back as it went", arguments: [0, 64])
    func values(cacheSize: Int) async throws {
        try await PostgresTestDatabase.with {
            $0.statementCacheSize = cacheSize
        } _: { database, _ in
            let uuid = UUID()
            let row = try await database.query(
                """
                SELECT \("ä\"'\\🙂")::text, \(Int64.min)::int8, \(1.5)::float8, \(true)::bool, \([0, 255, 92] as [UInt8])::bytea,
                \(uuid)::uuid, \(SQLTimestamp(microseconds: -1))::timestamptz, \(SQLDecimal("-12.50"))::numeric,
                \(SQLJSON("{\"a\": 1}"))::jsonb, \(["a,b", "{", "NULL"])::text[], \(nil as Int?)::int4
                """
            ).only()
            #expect(try row.decode(String.self, at: 0) == "ä\"'\\🙂")
            #expect(try row.decode(Int64.self, at: 1) == .min)
            #expect(try row.decode(Double.self, at: 2) == 1.5)
            #expect(try row.decode(Bool.self, at: 3))
            #expect(try row.decode([UInt8].self, at: 4) == [0, 255, 92])
            #expect(try row.decode(UUID.self, at: 5) == uuid)
            #expect(try row.decode(SQLTimestamp.self, at: 6) == SQLTimestamp(microseconds: -1))
            #expect(try row.decode(SQLDecimal.self, at: 7).text == "-12.50")
            #expect(try row.decode(SQLJSON.self, at: 8).description == "{\"a\": 1}")
            #expect(try row.decode([String].self, at: 9) == ["a,b", "{", "NULL"])
            #expect(try row.decode(Int?.self, at: 10) == nil)
        }
    }

    @Test("a string is never taken for SQL")
    func injection() async throws {
        try await PostgresTestDatabase.with { database, table in
            try await database.execute("CREATE TABLE \(table) (name text)")
            let name = "'); DROP TABLE \(table.description); --"
            try await database.execute("INSERT INTO \(table) VALUES (\(name))")
            #expect(try await database.value("SELECT name FROM \(table)") == name)
        }
    }

    @Test("parameters whose types the server cannot infer are declared", arguments: [0, 64])
    func declaredTypes(cacheSize: Int) async throws {
        try await PostgresTestDatabase.with {
            $0.statementCacheSize = cacheSize
        } _: { database, _ in
            for _ in 0..<3 {
                let sum = try await database.value("SELECT \(20) + \(22)", as: Int.self)
                #expect(sum == 42)
            }
        }
    }

    @Test("an error of the server has its code, and its description holds no value")
    func errors() async throws {
        try await PostgresTestDatabase.with { database, table in
            try await database.execute(
                "CREATE TABLE \(table) (name text PRIMARY KEY, size int CHECK (size > 0) NOT NULL)"
            )
            try await database.execute("INSERT INTO \(table) VALUES ('secret', 1)")
            let duplicate = try await databaseError {
                try await database.execute("INSERT INTO \(table) VALUES ('secret', 1)")
            }
            #expect(duplicate.code == .uniqueViolation && duplicate.sqlState == "23505")
            #expect(!duplicate.description.contains("secret"))
            #expect(duplicate.diagnostics?.detail?.contains("secret") == true)
            let codes: [(SQL, DatabaseError.Code)] = [
                ("INSERT INTO \(table) VALUES ('a', -1)", .checkViolation),
                ("INSERT INTO \(table) VALUES ('a', NULL)", .notNullViolation),
                ("SELEC 1", .invalidStatement),
                ("SELECT nothing FROM \(table)", .undefinedObject),
                ("SELECT \("x")::int", .invalidValue),
                ("SELECT \("a\u{0}b")::text", .invalidParameter),
                ("SELECT 1 / 0", .invalidValue),
            ]
            for (sql, code) in codes {
                #expect(try await databaseError { _ = try await database.query(sql) }.code == code)
            }
            #expect(try await database.value("SELECT count(*) FROM \(table)", as: Int.self) == 1)
        }
    }

    @Test(
        "what does not belong on a connection that others use is refused",
        arguments: [
            "BEGIN", "COMMIT", "SET work_mem = '1MB'", "LISTEN a", "COPY a TO STDOUT", "DISCARD ALL", "LOCK a",
            "PREPARE a AS SELECT 1",
            "SELECT pg_advisory_lock(1)", "/* a */ rollback", "DECLARE a CURSOR FOR SELECT 1",
        ]
    )
    func refused(text: String) async throws {
        try await PostgresTestDatabase.with { database, _ in
            let error = try await databaseError { try await database.execute(SQL(unsafeRaw: text)) }
            #expect(error.code == .statementNotAllowed)
        }
    }

    @Test("a statement whose time is up leaves, and the next one is answered")
    func timeout() async throws {
        try await PostgresTestDatabase.with {
            $0.pool.maximum = 1
        } _: { database, _ in
            try await database.execute("CREATE TEMPORARY TABLE connected (a int)")
            for text in [
                "SELECT pg_sleep(60)",
                "SELECT count(*) FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b",
            ] {
                let error = try await databaseError {
                    _ = try await database.query(
                        SQL(unsafeRaw: text),
                        options: StatementOptions(timeout: .milliseconds(20))
                    )
                }
                #expect(error.code == .timedOut)
                #expect(try await database.value("SELECT 1", as: Int.self) == 1)
                try await database.execute("SELECT 1 WHERE pg_notify('a', '') IS NULL")
            }
        }
    }

    @Test("a statement is told to observers")
    func observer() async throws {
        let observer = RecordingObserver()
        try await PostgresTestDatabase.with(observer: observer) { database, _ in
            _ = try await database.query(
                "SELECT \(1)::int UNION ALL SELECT 2",
                options: StatementOptions(name: "two")
            )
            _ = try? await database.query("SELECT nothing")
        }
        let events = observer.events
        #expect(events.count == 2)
        #expect(events.first?.name == "two" && events.first?.rows == 2 && events.first?.error == nil)
        #expect(events.first?.text == "SELECT $1::int UNION ALL SELECT 2")
        #expect(events.last?.error == .undefinedObject)
    }

    @Test("a configuration that cannot work is refused with all that is wrong")
    func configuration() throws {
        var configuration = PostgresConfiguration(url: "postgres://a:secret@b:0,c:99999/d?sslmode=never")
        configuration.sharedConnections = -1
        configuration.pool.maximum = 0
        let error = #expect(throws: DatabaseError.self) {
            try PostgresDatabase(configuration: configuration, logger: .quiet)
        }
        #expect(error?.code == .invalidConfiguration)
        for word in ["sslmode", "port", "sharedConnections", "maximum"] {
            #expect(error?.message.contains(word) == true, "\(word)")
        }
        #expect(error?.message.contains("secret") == false)
        let malformed = #expect(throws: DatabaseError.self) {
            try PostgresDatabase(configuration: PostgresConfiguration(url: "postgres://a b:secret"), logger: .quiet)
        }
        #expect(malformed?.description.contains("secret") == false)
    }
}
