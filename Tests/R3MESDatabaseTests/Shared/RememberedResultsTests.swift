// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESDatabase

@Suite("Both engines: remembered results")
struct RememberedResultsTests {
    private let count: SQL = "SELECT count(*) FROM accounts"

    private func count(_ cache: QueryCache) async throws -> Int {
        try await cache.query(count, reading: ["accounts"]).only().decode(at: 0)
    }

    /// A cache, and the log of what reaches the database.
    private func withCache(
        _ engine: DatabaseEngine,
        _ body: (QueryCache, EventLog) async throws -> Void
    ) async throws {
        let log = EventLog()
        try await engine.withDatabase(observer: log) { database in
            try await database.makeAccounts(3)
            log.clear()
            try await body(QueryCache(over: database), log)
        }
    }

    @Test("a result is asked for once, and by all who come meanwhile together", arguments: DatabaseEngine.tested)
    func hits(engine: DatabaseEngine) async throws {
        try await withCache(engine) { cache, log in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<100 { group.addTask { try await count(cache) } }
                for try await answer in group { #expect(answer == 3) }
            }
            #expect(log.events.count == 1)
            let other = try await cache.query("SELECT name FROM accounts WHERE id = \(1)", reading: ["accounts"])
            let another = try await cache.query("SELECT name FROM accounts WHERE id = \(2)", reading: ["accounts"])
            #expect(try other.only().decode(String.self, at: 0) == "account 1")
            #expect(try another.only().decode(String.self, at: 0) == "account 2")
        }
    }

    @Test("every way to write a table drops the results that read it, and no others", arguments: DatabaseEngine.tested)
    func writes(engine: DatabaseEngine) async throws {
        try await withCache(engine) { cache, log in
            var expected = 3
            let ways: [@Sendable (Int) async throws -> Void] = [
                { id in _ = try await cache.execute("INSERT INTO accounts (id, name) VALUES (\(id), \("a\(id)"))") },
                { id in
                    _ = try await cache.query(
                        "INSERT INTO accounts (id, name) VALUES (\(id), \("a\(id)")) RETURNING id"
                    )
                },
                { id in
                    let target = InsertTarget("accounts", columns: ["id", "name"])
                    _ = try await cache.insert([[.integer(Int64(id)), .text("a\(id)")]], into: target)
                },
                { id in
                    _ = try await cache.withTransaction { transaction in
                        try await transaction.execute("INSERT INTO accounts (id, name) VALUES (\(id), \("a\(id)"))")
                    }
                },
            ]
            for (number, write) in ways.enumerated() {
                #expect(try await count(cache) == expected)
                try await write(100 + number)
                expected += 1
                #expect(try await count(cache) == expected)
            }
            log.clear()
            try await cache.execute("INSERT INTO visits (account) VALUES (0)")
            #expect(try await count(cache) == expected)
            #expect(log.events.count == 1)
        }
    }

    @Test("a write of rows by their keys leaves the results of other rows", arguments: DatabaseEngine.tested)
    func keys(engine: DatabaseEngine) async throws {
        try await withCache(engine) { cache, log in
            func credits(_ id: Int) async throws -> Int {
                let sql: SQL = "SELECT credits FROM accounts WHERE id = \(id)"
                return try await cache.query(sql, reading: [TableScope("accounts", keys: ["\(id)"])]).only().decode(
                    at: 0
                )
            }
            let before = try await (credits(0), credits(1))
            #expect(before == (1000, 1000))
            try await cache.execute(
                "UPDATE accounts SET credits = 5 WHERE id = 0",
                changing: [TableScope("accounts", keys: ["0"])]
            )
            log.clear()
            let after = try await (credits(0), credits(1))
            #expect(after == (5, 1000))
            #expect(log.events.count == 1)
        }
    }

    @Test("a read that began before a write is not remembered after it", arguments: DatabaseEngine.tested)
    func race(engine: DatabaseEngine) async throws {
        try await withCache(engine) { cache, _ in
            // Readers fill while writers change and drop: whoever wrote must then read what it wrote, or later.
            try await withThrowingTaskGroup(of: Void.self) { group in
                let rounds = Tally()
                for _ in 0..<4 {
                    group.addTask {
                        while rounds.total < 300 {
                            _ = try await credits(in: cache)
                            // What is remembered is given without a suspension, so that a reader would keep its thread.
                            await Task.yield()
                        }
                    }
                }
                for value in 1...300 {
                    try await cache.execute("UPDATE accounts SET credits = \(value) WHERE id = 0")
                    let seen = try await credits(in: cache)
                    #expect(seen == value)
                    rounds.count()
                }
                try await group.waitForAll()
            }
        }
    }

    private func credits(in cache: QueryCache) async throws -> Int {
        try await cache.query("SELECT credits FROM accounts WHERE id = 0", reading: ["accounts"]).only().decode(
            at: 0
        )
    }
}
