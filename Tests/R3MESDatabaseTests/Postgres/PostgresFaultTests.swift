// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import R3MESTestSupport
import Testing

@testable import R3MESDatabase

@Suite("PostgresDatabase when things break", PostgresTestDatabase.isThere)
struct PostgresFaultTests {
    /// Ends the connection of the given statement, however it is found.
    private func terminate(_ database: PostgresDatabase, _ processID: Int) async throws {
        try await database.execute("SELECT pg_terminate_backend(\(processID)) WHERE pg_sleep(0) IS NOT NULL")
    }

    @Test("a server that is killed and comes back under load loses no acknowledged write, and is served again")
    func killed() async throws {
        try await ThrowawayPostgres.with { server in
            var configuration = PostgresConfiguration(url: server.url)
            configuration.wait(as: PostgresTestDatabase.patience)
            let database = try PostgresDatabase(configuration: configuration, logger: .quiet)
            try await database.execute("CREATE TABLE written (number int PRIMARY KEY)")
            let acknowledged = AcknowledgedWrites()
            try await withThrowingTaskGroup { group in
                for caller in 0..<16 {
                    group.addTask {
                        var number = caller
                        while !acknowledged.isOver {
                            number += 16
                            do {
                                if caller % 2 == 0 {
                                    try await database.execute("INSERT INTO written VALUES (\(number))")
                                    acknowledged.add(number)
                                } else {
                                    let read = try await database.value("SELECT \(number)::int", as: Int.self)
                                    #expect(read == number)
                                }
                            } catch let error as DatabaseError {
                                #expect([.connectionLost, .connectionFailed].contains(error.code), "\(error)")
                                acknowledged.fail()
                                try await Task.sleep(for: .milliseconds(2))
                            }
                        }
                    }
                }
                for _ in 0..<3 {
                    let before = acknowledged.count
                    while acknowledged.count < before + 200 { try await Task.sleep(for: .milliseconds(1)) }
                    await server.kill()
                    try await server.start()
                }
                let before = acknowledged.count
                while acknowledged.count < before + 200 { try await Task.sleep(for: .milliseconds(1)) }
                acknowledged.end()
                try await group.waitForAll()
            }
            #expect(acknowledged.failures > 0)
            let stored = Set(
                try await database.query("SELECT number FROM written").map { try $0.decode(Int.self, at: 0) }
            )
            #expect(acknowledged.numbers.isSubset(of: stored))
            await database.shutdown()
        }
    }

    @Test("a server that is away is told at once, and found again without a restart")
    func away() async throws {
        try await ThrowawayPostgres.with { server in
            var configuration = PostgresConfiguration(url: server.url)
            configuration.wait(as: PostgresTestDatabase.patience)
            let database = try PostgresDatabase(
                configuration: configuration,
                logger: .quiet
            )
            await server.kill()
            for sql in ["SELECT 1", "CREATE TABLE a (a int)"] {
                let error = try await databaseError { _ = try await database.query(SQL(unsafeRaw: sql)) }
                #expect(error.code == .connectionFailed)
            }
            try await server.start()
            var attempts = 0
            func isServed() async -> Bool {
                do {
                    _ = try await database.query("SELECT 1")
                    return try await database.execute("DO 'BEGIN END'") == 0
                } catch {
                    return false
                }
            }
            while await !isServed() {
                attempts += 1
                try #require(attempts < 2000)
                try await Task.sleep(for: .milliseconds(5))
            }
            await database.shutdown()
        }
    }

    @Test("of several servers the first that accepts is taken")
    func severalServers() async throws {
        let url = try #require(TestServices.postgres.url)
        let several = url.replacingOccurrences(of: "127.0.0.1:", with: "127.0.0.1:1,127.0.0.1:")
        let database = try PostgresDatabase(configuration: PostgresConfiguration(url: several), logger: .quiet)
        #expect(try await database.value("SELECT 1", as: Int.self) == 1)
        try await database.execute("DO 'BEGIN END'")
        await database.shutdown()
    }

    @Test("reads that were under way when their connection was cut are answered all the same")
    func cutReads() async throws {
        try await PostgresTestDatabase.with {
            $0.sharedConnections = 1
        } _: { database, _ in
            for _ in 0..<10 {
                let processID = try await database.value("SELECT pg_backend_pid()", as: Int.self)
                try await withThrowingTaskGroup { group in
                    for number in 0..<200 {
                        group.addTask {
                            let read = try await database.value("SELECT \(number)::int", as: Int.self)
                            #expect(read == number)
                        }
                    }
                    group.addTask { try await terminate(database, processID) }
                    try await group.waitForAll()
                }
            }
        }
    }

    enum LeaseState: CaseIterable {
        case idle, beforeBegin, inTransaction, running, failed, fetching, committing
    }

    @Test("a connection that is cut in any state of its lease serves nobody again", arguments: LeaseState.allCases)
    func cutLease(state: LeaseState) async throws {
        try await PostgresTestDatabase.with {
            $0.pool.maximum = 2
        } _: { database, table in
            try await database.execute("CREATE TABLE \(table) (a int)")
            let pid: SQL = "SELECT pg_backend_pid() WHERE pg_sleep(0) IS NOT NULL"
            let outcome: DatabaseError.Code?
            do {
                switch state {
                case .idle:
                    let own = try await database.value(pid, as: Int.self)
                    let other = try PostgresDatabase(
                        configuration: PostgresTestDatabase.configuration(),
                        logger: .quiet
                    )
                    // Until it has ended, for a statement that is sent before is lost with it.
                    try await other.execute("SELECT pg_terminate_backend(\(own), 10000)")
                    await other.shutdown()
                    // Whoever comes before its thread has seen the end finds out.
                    _ = try? await database.execute("DO 'BEGIN END'")
                case .beforeBegin:
                    try await database.pool.withConnection { connection in
                        let own = try await Rows(connection.run(pid)).only().decode(Int.self, at: 0)
                        try await terminate(database, own)
                        _ = try await connection.run("SELECT 1")
                    }
                default:
                    try await database.withTransaction { transaction in
                        let own = try await transaction.query(pid).only().decode(Int.self, at: 0)
                        try await cut(own, transaction, in: state, database, table)
                    }
                }
                outcome = nil
            } catch let error as DatabaseError {
                outcome = error.code
            }
            #expect(state == .idle ? outcome == nil : outcome == .connectionLost, "\(outcome.debugDescription)")
            for _ in 0..<4 {
                try await database.execute("INSERT INTO \(table) VALUES (1)")
            }
            #expect(try await database.value("SELECT count(*) FROM \(table)", as: Int.self) == 4)
        }
    }

    private func cut(
        _ own: Int,
        _ transaction: Transaction,
        in state: LeaseState,
        _ database: PostgresDatabase,
        _ table: SQL
    ) async throws {
        try await transaction.execute("INSERT INTO \(table) VALUES (2)")
        switch state {
        case .running:
            try await withThrowingTaskGroup { group in
                group.addTask { _ = try await transaction.query("SELECT pg_sleep(60)") }
                group.addTask { try await terminate(database, own) }
                try await group.waitForAll()
            }
        case .failed:
            _ = try? await transaction.query("SELECT 1 / 0")
            try await terminate(database, own)
            _ = try await transaction.query("SELECT 1")
        case .fetching:
            try await transaction.withRows(of: "SELECT generate_series(1, 100000)") { rows in
                var count = 0
                for try await _ in rows {
                    count += 1
                    if count == 700 { try await terminate(database, own) }
                }
            }
        case .committing:
            // Returns, upon which the commit is asked for.
            try await terminate(database, own)
        default:
            try await terminate(database, own)
            _ = try await transaction.query("SELECT 1")
        }
    }

    @Test("a cancelled statement is cancelled at the server, and its connection is handed on clean")
    func cancelled() async throws {
        try await PostgresTestDatabase.with {
            $0.pool.maximum = 1
        } _: { database, table in
            try await database.execute("CREATE TABLE \(table) (a int)")
            for text in [
                "SELECT pg_sleep(60)",
                "SELECT count(*) FROM generate_series(1, 100000) AS a, generate_series(1, 100000) AS b",
            ] {
                let marker = "\(table.description) \(text.count)"
                let sql = SQL(unsafeRaw: "\(text) /* \(marker) */")
                let task = Task { try await database.query(sql) }
                let count: SQL =
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%' || \(marker) || '%' AND state = 'active' AND pid <> pg_backend_pid()"
                let watcher = try PostgresDatabase(configuration: PostgresTestDatabase.configuration(), logger: .quiet)
                while try await watcher.value(count, as: Int.self) == 0 { await Task.yield() }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
                try await database.execute("INSERT INTO \(table) VALUES (1)")
                #expect(try await database.value("SELECT 1", as: Int.self) == 1)
                // Who left does not wait for the server to notice.
                var looks = 0
                while try await watcher.value(count, as: Int.self) > 0 {
                    looks += 1
                    try #require(looks < 1000)
                    try await Task.sleep(for: .milliseconds(5))
                }
                await watcher.shutdown()
            }
            #expect(database.poolStatistics.created == 1)
        }
    }

    @Test("who finds the pool exhausted is told so in time, and served when it is not")
    func exhausted() async throws {
        try await PostgresTestDatabase.with { configuration in
            configuration.pool.maximum = 1
            // Long enough to open a connection.
            configuration.pool.acquireTimeout = .seconds(5)
        } _: { database, _ in
            try await database.execute("DO 'BEGIN END'")
            try await withThrowingTaskGroup { group in
                group.addTask { _ = try await database.query("SELECT pg_sleep(60)") }
                while database.poolStatistics.inUse == 0 { try await Task.sleep(for: .milliseconds(1)) }
                let error = try await databaseError { try await database.execute("DO 'BEGIN END'") }
                #expect(error.code == .acquireTimedOut)
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
            try await database.execute("DO 'BEGIN END'")
        }
    }

    @Test(
        "tasks cancelled at any moment lose no connection, leave none dirty and no acknowledged write behind",
        .timeLimit(.minutes(3))
    )
    func cancellationStorm() async throws {
        var generator = SeededGenerator()
        let seed = generator.seed
        let delays = (0..<10_000).map { _ in Int.random(in: 0...3000, using: &generator) }
        try await PostgresTestDatabase.with { configuration in
            configuration.pool.maximum = 4
            configuration.pool.acquireTimeout = .seconds(60)
            configuration.statementTimeout = .seconds(60)
        } _: { database, table in
            try await database.execute("CREATE TABLE \(table) (number int PRIMARY KEY)")
            let acknowledged = AcknowledgedWrites()
            await withTaskGroup(of: Void.self) { group in
                for (number, delay) in delays.enumerated() {
                    if number >= 32 { await group.next() }
                    group.addTask {
                        let task = Task {
                            try await storm(database, table, number)
                            if number % 4 < 2 { acknowledged.add(number) }
                        }
                        try? await Task.sleep(for: .microseconds(delay), tolerance: .zero)
                        task.cancel()
                        do {
                            try await task.value
                        } catch is CancellationError {
                            // As it should be.
                        } catch {
                            Issue.record("seed \(seed): \(error)")
                        }
                    }
                }
            }
            let rows = try await database.query("SELECT number FROM \(table)")
            let stored = Set(try rows.map { try $0.decode(Int.self, at: 0) })
            #expect(acknowledged.numbers.isSubset(of: stored), "seed \(seed)")
            // Whatever stands here would hold a lock, a transaction or a connection.
            try await database.execute(
                ("LOCK TABLE \(table)" as SQL).inTransaction,
                options: StatementOptions(timeout: .seconds(20))
            )
            var statistics = database.poolStatistics
            while statistics.inUse + statistics.inMaintenance > 0 {
                try await Task.sleep(for: .milliseconds(5))
                statistics = database.poolStatistics
            }
            #expect(statistics.waiting == 0 && statistics.total == statistics.idle, "seed \(seed)")
            #expect(statistics.closed[.broken] == nil && statistics.closed[.resetFailed] == nil, "seed \(seed)")
        }
    }

    private func storm(_ database: PostgresDatabase, _ table: SQL, _ number: Int) async throws {
        switch number % 4 {
        case 0:
            try await database.execute("INSERT INTO \(table) VALUES (\(number))")
        case 1:
            try await database.withTransaction { transaction in
                try await transaction.execute("INSERT INTO \(table) VALUES (\(number))")
                _ = try await transaction.query("SELECT count(*) FROM \(table)")
            }
        case 2:
            let read = try await database.value("SELECT \(number)::int", as: Int.self)
            #expect(read == number)
        default:
            try await database.withRows(of: "SELECT generate_series(1, 2000)") { rows in
                for try await _ in rows {}
            }
        }
    }
}

extension SQL {
    /// Locks a table for the length of a statement, which no transaction must outlast.
    fileprivate var inTransaction: SQL {
        "DO \(unsafeRaw: "'BEGIN \(description); END'")"
    }
}
