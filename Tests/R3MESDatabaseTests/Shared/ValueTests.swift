// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESDatabase
import Testing

@Suite("Both engines: values")
struct ValueTests {
    /// Stores a value in a column of a type and reads it back, by itself and by the side of a null.
    private func roundTrip<Value: SQLEncodable & SQLDecodable & Equatable & Sendable>(
        _ values: [Value],
        _ postgres: String,
        sqlite: String,
        on engine: DatabaseEngine
    ) async throws {
        try await engine.withDatabase { database in
            let type = database.dialect.type(postgres, sqlite: sqlite)
            try await database.execute("CREATE TABLE kept (number bigint PRIMARY KEY, value \(type))")
            for (number, value) in values.enumerated() {
                try await database.execute("INSERT INTO kept (number, value) VALUES (\(number), \(value))")
            }
            try await database.execute("INSERT INTO kept (number, value) VALUES (\(values.count), \(nil as Value?))")
            let rows = try await database.query("SELECT value FROM kept ORDER BY number")
            let read = try rows.map { row throws in try row.decode(Value?.self, at: 0) }
            #expect(read == values + [nil])
        }
    }

    @Test("whole numbers", arguments: DatabaseEngine.tested)
    func integers(engine: DatabaseEngine) async throws {
        try await roundTrip([0, -1, Int64.max, Int64.min], "bigint", sqlite: "INTEGER", on: engine)
        try await roundTrip([0, Int16.max, Int16.min], "smallint", sqlite: "INTEGER", on: engine)
        try await roundTrip([0, Int32.max, Int32.min], "integer", sqlite: "INTEGER", on: engine)
    }

    @Test("truth values", arguments: DatabaseEngine.tested)
    func booleans(engine: DatabaseEngine) async throws {
        try await roundTrip([true, false], "boolean", sqlite: "BOOLEAN", on: engine)
    }

    @Test("floating-point numbers", arguments: DatabaseEngine.tested)
    func doubles(engine: DatabaseEngine) async throws {
        let numbers = [0, -0.1, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity, -.infinity]
        try await roundTrip(numbers, "double precision", sqlite: "REAL", on: engine)
    }

    @Test("decimals keep every digit", arguments: DatabaseEngine.tested)
    func decimals(engine: DatabaseEngine) async throws {
        let texts = ["0", "-0.000001", "12.50", "12345678901234567890123456789.123456789"]
        try await roundTrip(texts.compactMap { SQLDecimal($0) }, "numeric", sqlite: "TEXT", on: engine)
    }

    @Test("texts, the empty one and those beyond ASCII included", arguments: DatabaseEngine.tested)
    func texts(engine: DatabaseEngine) async throws {
        let long = String(repeating: "long ", count: 10_000)
        try await roundTrip(["", "plain", "quote ' \" \\ $1 ?1", "äö漢字🦊", long], "text", sqlite: "TEXT", on: engine)
    }

    @Test("bytes, none and zeros included", arguments: DatabaseEngine.tested)
    func bytes(engine: DatabaseEngine) async throws {
        let all = (0...255).map { UInt8($0) }
        try await roundTrip([[], [0], all], "bytea", sqlite: "BLOB", on: engine)
    }

    @Test("identifiers", arguments: DatabaseEngine.tested)
    func identifiers(engine: DatabaseEngine) async throws {
        try await roundTrip([UUID(), UUID()], "uuid", sqlite: "TEXT", on: engine)
    }

    @Test("moments, to the microsecond and before 1970", arguments: DatabaseEngine.tested)
    func timestamps(engine: DatabaseEngine) async throws {
        let moments = [0, 1, -1, 1_764_000_000_123_456, -62_135_596_800_000_000]
            .map { SQLTimestamp(microseconds: $0) }
        try await roundTrip(moments, "timestamptz", sqlite: "INTEGER", on: engine)
    }

    @Test("JSON documents", arguments: DatabaseEngine.tested)
    func documents(engine: DatabaseEngine) async throws {
        let documents = [#"{"a": [1, 2.5, null, "ä"]}"#, "[]", "null"].map { SQLJSON($0) }
        try await roundTrip(documents, "jsonb", sqlite: "TEXT", on: engine)
    }

    @Test("arrays, of none and with nulls", arguments: DatabaseEngine.tested)
    func arrays(engine: DatabaseEngine) async throws {
        try await roundTrip([[1, 2, 3], [], [Int64.max]], "bigint[]", sqlite: "TEXT", on: engine)
        try await roundTrip([["a", "", "\"\\\n,{}", "NULL", "é"]], "text[]", sqlite: "TEXT", on: engine)
        try await roundTrip([["a", nil, "b"]] as [[String?]], "text[]", sqlite: "TEXT", on: engine)
        try await roundTrip([[true, false]], "boolean[]", sqlite: "TEXT", on: engine)
        try await roundTrip([[0.5, 1, -2.25]], "double precision[]", sqlite: "TEXT", on: engine)
        try await roundTrip([[UUID(), UUID()]], "uuid[]", sqlite: "TEXT", on: engine)
        let moments = [SQLTimestamp(microseconds: 5), SQLTimestamp(microseconds: -5)]
        try await roundTrip([moments], "timestamptz[]", sqlite: "TEXT", on: engine)
        let decimals = ["1.50", "-3"].compactMap { SQLDecimal($0) }
        try await roundTrip([decimals], "numeric[]", sqlite: "TEXT", on: engine)
    }

    @Test("a text with NUL is refused before anything happens", arguments: DatabaseEngine.tested)
    func textWithNUL(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.execute("CREATE TABLE kept (value text)")
            await expectError(.invalidParameter) {
                try await database.execute("INSERT INTO kept VALUES (\("a\0b"))")
            }
            #expect(try await database.count(of: "kept") == 0)
        }
    }

    @Test("a value cannot become SQL", arguments: DatabaseEngine.tested)
    func injection(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await database.makeAccounts(2)
            let evil = "x'; DROP TABLE visits; --"
            let found = try await database.query("SELECT id FROM accounts WHERE name = \(evil)")
            #expect(found.isEmpty)
            try await database.execute("CREATE TABLE \(identifier: "odd \"name\"") (id bigint)")
            #expect(try await database.count(of: "odd \"name\"") == 0)
            #expect(try await database.count(of: "visits") == 0)
        }
    }
}
