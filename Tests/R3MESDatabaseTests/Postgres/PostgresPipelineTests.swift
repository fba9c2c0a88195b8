// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESDatabase

@Suite("Statements of strangers on shared connections", PostgresTestDatabase.isThere)
struct PostgresPipelineTests {
    @Test("each of many concurrent reads gets its own answer, whatever its neighbours do", arguments: [0, 4, 256])
    func isolation(cacheSize: Int) async throws {
        let failing = 7
        try await PostgresTestDatabase.with {
            $0.statementCacheSize = cacheSize
        } _: { database, _ in
            let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<3000 {
                    group.addTask {
                        guard number % failing != 0 else {
                            let error = try await databaseError {
                                _ = try await database.query("SELECT 1 / \(0) + \(number)::int")
                            }
                            return error.sqlState == "22012"
                        }
                        // Some texts of their own, so that preparations stand between.
                        let other = SQL(unsafeRaw: "c\(number % 20)")
                        return try await database.value("SELECT \(number)::int AS \(other)", as: Int.self) == number
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(outcomes == 3000)
        }
    }

    @Test("a read that writes is found out, takes effect once, and so do its neighbours")
    func hiddenWrites() async throws {
        try await PostgresTestDatabase.with { database, table in
            try await database.execute("CREATE TABLE \(table) (number int PRIMARY KEY)")
            let function = SQL(unsafeRaw: table.description + "_add")
            try await database.execute(
                """
                CREATE FUNCTION \(function)(number int) RETURNS int LANGUAGE sql AS
                'INSERT INTO \(table) VALUES (number) RETURNING number'
                """
            )
            try await withThrowingTaskGroup { group in
                for number in 0..<400 {
                    group.addTask {
                        if number % 4 == 0 {
                            let added = try await database.value("SELECT \(function)(\(number))", as: Int.self)
                            #expect(added == number)
                        } else {
                            let read = try await database.value("SELECT \(number)::int", as: Int.self)
                            #expect(read == number)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.value("SELECT count(*) FROM \(table)", as: Int.self) == 100)
            try await database.execute("DROP FUNCTION \(function)")
        }
    }

    @Test("a write that fails at its commit is not acknowledged")
    func deferredFailure() async throws {
        try await PostgresTestDatabase.with { database, table in
            try await database.execute(
                "CREATE TABLE \(table) (id int PRIMARY KEY, parent int REFERENCES \(table) DEFERRABLE INITIALLY DEFERRED)"
            )
            let error = try await databaseError { try await database.execute("INSERT INTO \(table) VALUES (1, 2)") }
            #expect(error.code == .foreignKeyViolation)
            #expect(try await database.execute("INSERT INTO \(table) VALUES (1, 1)") == 1)
        }
    }

    @Test("answers and questions larger than all buffers do not stop each other")
    func fullBuffers() async throws {
        try await PostgresTestDatabase.with {
            $0.sharedConnections = 1
        } _: { database, _ in
            let text = String(repeating: "x", count: 1_000_000)
            try await withThrowingTaskGroup { group in
                for _ in 0..<64 {
                    group.addTask {
                        let rows = try await database.query("SELECT \(text)::text || \(text)::text")
                        #expect(try rows.only().decode(String.self, at: 0).utf8.count == 2_000_000)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("prepared statements that the server has lost are prepared again")
    func lostPreparations() async throws {
        try await PostgresTestDatabase.with {
            $0.sharedConnections = 0; $0.pool.maximum = 1
        } _: { database, _ in
            for _ in 0..<3 {
                #expect(try await database.value("SELECT \(1)::int AS healed", as: Int.self) == 1)
                // Goes by a name that the check of kinds does not look at.
                try await database.execute("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$")
            }
        }
    }

    @Test("a table that changes under a prepared statement is noticed and healed")
    func changedTables() async throws {
        try await PostgresTestDatabase.with { database, table in
            try await database.execute("CREATE TABLE \(table) (a int)")
            try await database.execute("INSERT INTO \(table) VALUES (1)")
            for column in ["b", "c", "d"] {
                let width = try await database.query("SELECT * FROM \(table)").columns.count
                try await database.execute("ALTER TABLE \(table) ADD COLUMN \(identifier: column) text")
                try await withThrowingTaskGroup { group in
                    for _ in 0..<50 {
                        group.addTask {
                            let columns = try await database.query("SELECT * FROM \(table)").columns
                            #expect(columns.count == width + 1)
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test("a connection keeps no more statements prepared than it may")
    func boundedCache() async throws {
        try await PostgresTestDatabase.with { configuration in
            configuration.sharedConnections = 1
            configuration.statementCacheSize = 10
        } _: { database, _ in
            for number in 0..<100 {
                _ = try await database.query("SELECT 1 AS \(identifier: "c\(number)")")
            }
            let count = try await database.value("SELECT count(*) FROM pg_prepared_statements", as: Int.self)
            #expect((1...11).contains(count))
        }
    }

    @Test("reads beyond the bound are refused at once")
    func boundedQueue() async throws {
        try await PostgresTestDatabase.with { configuration in
            configuration.sharedConnections = 1
            configuration.maximumWaiting = 10
        } _: { database, _ in
            let codes = await withTaskGroup(of: DatabaseError.Code?.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        do {
                            _ = try await database.query("SELECT count(*) FROM generate_series(1, 100000)")
                            return nil
                        } catch {
                            return (error as? DatabaseError)?.code
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.contains(.queueFull))
            #expect(codes.allSatisfy { $0 == nil || $0 == .queueFull })
            #expect(codes.count { $0 == nil } >= 10)
        }
    }
}
