// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESDatabase

@Suite("Streams from PostgreSQL", PostgresTestDatabase.isThere)
struct PostgresStreamTests {
    @Test("rows come in their order, however many", arguments: [0, 1, 500, 12_345])
    func rows(count: Int) async throws {
        try await PostgresTestDatabase.with { database, _ in
            let sum = try await database.withRows(of: "SELECT generate_series(1, \(count)::int)") { rows in
                var sum = 0
                for try await row in rows {
                    sum += 1
                    #expect(try row.decode(Int.self, at: 0) == sum)
                }
                return sum
            }
            #expect(sum == count)
        }
    }

    @Test("a reader that stops early stops the reading, and the connection is good for the next")
    func early() async throws {
        try await PostgresTestDatabase.with {
            $0.pool.maximum = 1
        } _: { database, _ in
            for _ in 0..<3 {
                let first = try await database.withRows(of: "SELECT generate_series(1, 1000000000)") { rows in
                    var iterator = rows.makeAsyncIterator()
                    return try await iterator.next()?.decode(Int.self, at: 0)
                }
                #expect(first == 1)
            }
            #expect(database.poolStatistics.created == 1)
        }
    }

    @Test("a failure in the middle is thrown, and the connection is good for the next")
    func failure() async throws {
        try await PostgresTestDatabase.with {
            $0.pool.maximum = 1
        } _: { database, _ in
            let error = try await databaseError {
                try await database.withRows(of: "SELECT 1 / (5000 - n) FROM generate_series(1, 6000) AS n") { rows in
                    for try await _ in rows {}
                }
            }
            #expect(error.sqlState == "22012")
            #expect(try await database.execute("CREATE TEMPORARY TABLE a (a int)") == 0)
        }
    }

    @Test("a statement that writes gives its rows too")
    func returning() async throws {
        try await PostgresTestDatabase.with { database, table in
            try await database.execute("CREATE TABLE \(table) (a int)")
            let count = try await database.withRows(
                of: "INSERT INTO \(table) SELECT generate_series(1, 1000) RETURNING a"
            ) { rows in
                try await rows.reduce(0) { count, _ in count + 1 }
            }
            #expect(count == 1000)
            #expect(try await database.value("SELECT count(*) FROM \(table)", as: Int.self) == 1000)
        }
    }

    @Test("a copy delivers all bytes, and one that is left early harms nobody")
    func copies() async throws {
        try await PostgresTestDatabase.with {
            $0.pool.maximum = 1
        } _: { database, _ in
            let lines = try await database.withCopy(of: "SELECT generate_series(1, 100000)", format: .csv) { pieces in
                var lines = 0
                for try await piece in pieces {
                    lines += piece.count { $0 == UInt8(ascii: "\n") }
                }
                return lines
            }
            #expect(lines == 100_000)
            _ = try await database.withCopy(of: "SELECT generate_series(1, 1000000000)", format: .text) { pieces in
                var iterator = pieces.makeAsyncIterator()
                return try await iterator.next()?.count
            }
            #expect(try await database.execute("CREATE TEMPORARY TABLE a (a int)") == 0)
            let error = try await databaseError {
                try await database.withCopy(of: "SELECT nothing", format: .binary) { pieces in
                    for try await _ in pieces {}
                }
            }
            #expect(error.code == .undefinedObject)
        }
    }
}
