// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import R3MESTestSupport
import Testing

@Suite("QueryCache")
struct QueryCacheTests {
    private let database = GatedDatabase()
    private let clock = TestClock()

    private func cache(_ change: (inout QueryCache.Configuration) -> Void = { _ in }) throws -> QueryCache {
        var configuration = QueryCache.Configuration()
        change(&configuration)
        return try QueryCache(over: database, configuration: configuration, clock: clock)
    }

    private func number(_ cache: QueryCache, key: Int = 1, reading scopes: [TableScope] = ["users"]) async throws
        -> Int64
    {
        let rows = try await cache.query("SELECT number FROM users WHERE id = \(key)", reading: scopes)
        return try rows.only().decode(at: 0)
    }

    @Test("A query that says what it reads is sent once, others each time")
    func remembers() async throws {
        let cache = try cache()
        for _ in 0..<3 { #expect(try await number(cache) == 0) }
        #expect(database.queries == 1)
        for _ in 0..<3 { _ = try await cache.query("SELECT number FROM users WHERE id = \(1)") }
        _ = try await number(cache, reading: [])
        #expect(database.queries == 5)
        #expect(cache.statistics.hits == 2 && cache.statistics.misses == 1 && cache.statistics.count == 1)
        #expect(cache.statistics.bytes > 0)
    }

    @Test("Other values, and another text, are other queries")
    func keys() async throws {
        let cache = try cache()
        for key in [1, 2, 1, 2] { _ = try await number(cache, key: key) }
        #expect(database.queries == 2)
        let key = 1
        _ = try await cache.query("SELECT number FROM users WHERE id = \(key) OR id = \(2)", reading: ["users"])
        _ = try await cache.query("SELECT number FROM users WHERE id = \("1")", reading: ["users"])
        #expect(database.queries == 4)
    }

    @Test(
        "A write is seen by the next read, whatever way it takes",
        arguments: [
            "INSERT INTO users (number) VALUES (\(7))", "UPDATE users SET number = \(7)",
            "update only Public.Users set number = \(7)", "DELETE FROM \"users\" WHERE number <> \(7)",
            "WITH new AS (SELECT \(7)) INSERT INTO users SELECT * FROM new", "CALL change(\(7))",
            "INSERT OR REPLACE INTO users VALUES (\(7))",
            "/* a note */ UPDATE -- and another\n users SET number = \(7)",
            "TRUNCATE other, users -- \(7)", "ALTER TABLE users ADD COLUMN x integer DEFAULT \(7)",
        ] as [SQL]
    )
    func writes(statement: SQL) async throws {
        let cache = try cache()
        #expect(try await number(cache) == 0)
        try await cache.execute(statement)
        #expect(try await number(cache) == 7)
        _ = try await number(cache)
        #expect(database.queries == 2)
    }

    @Test("A write to another table drops nothing")
    func otherTables() async throws {
        let cache = try cache()
        _ = try await number(cache)
        try await cache.execute("UPDATE keys SET users = 'INSERT INTO users' WHERE id = \(1)")
        try await cache.insert([[.integer(1)]], into: InsertTarget("ledger", columns: ["id"]))
        _ = try await number(cache)
        #expect(database.queries == 1)
        try await cache.insert([[.integer(1)]], into: InsertTarget("public", "users", columns: ["id"]))
        _ = try await number(cache)
        #expect(database.queries == 2)
    }

    @Test("What triggers and cascades change is dropped too, as far as they reach")
    func consequences() async throws {
        let cache = try cache { $0.consequences = ["a": ["b"], "b": ["public.Users", "a"]] }
        _ = try await number(cache)
        try await cache.execute("UPDATE a SET number = \(3)")
        #expect(try await number(cache) == 3)
    }

    @Test("A write that names keys leaves what was read by others")
    func keyed() async throws {
        let cache = try cache()
        let one = [TableScope("users", keys: ["1"])]
        let two = [TableScope("users", keys: ["2"])]
        _ = try await number(cache, key: 1, reading: one)
        _ = try await number(cache, key: 2, reading: two)
        _ = try await number(cache, key: 3, reading: ["users"])
        #expect(database.queries == 3)
        try await cache.execute("UPDATE users SET number = \(5) WHERE id = 1", changing: one)
        #expect(try await number(cache, key: 2, reading: two) == 0)
        #expect(database.queries == 3)
        #expect(try await number(cache, key: 1, reading: one) == 5)
        #expect(try await number(cache, key: 3, reading: ["users"]) == 5)
        try await cache.execute("UPDATE users SET number = \(6)")
        #expect(try await number(cache, key: 2, reading: two) == 6)
    }

    @Test("Equal queries at the same time are sent once")
    func singleFlight() async throws {
        let cache = try cache()
        database.hold()
        try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<100 { group.addTask { try await self.number(cache) } }
            await database.untilHeld(1)
            database.release()
            for try await number in group { #expect(number == 0) }
        }
        #expect(database.queries == 1)
    }

    @Test("A result that was on its way during a write is not remembered, nor given to who came after the write")
    func fillAfterInvalidation() async throws {
        let cache = try cache()
        database.hold()
        async let early = number(cache)
        await database.untilHeld(1)
        try await cache.execute("UPDATE users SET number = \(9)")
        async let late = number(cache)
        database.release()
        #expect(try await late == 9)
        _ = try await early
        #expect(try await number(cache) == 9)
        #expect(cache.statistics.refused > 0)
    }

    @Test("After a write whose outcome is unknown its table is not remembered for a while")
    func doubt() async throws {
        let cache = try cache { $0.doubtPeriod = .seconds(10) }
        _ = try await number(cache)
        database.failNextWrite(DatabaseError(.connectionLost, "the connection broke"))
        await #expect(throws: DatabaseError.self) { try await cache.execute("UPDATE users SET number = \(1)") }
        for expected in [1, 2, 3] as [Int64] {
            database.change(to: expected)
            #expect(try await number(cache) == expected)
        }
        _ = try await number(cache, key: 5, reading: ["ledger"])
        let queries = database.queries
        _ = try await number(cache, key: 5, reading: ["ledger"])
        #expect(database.queries == queries)
        clock.advance(by: .seconds(10))
        #expect(try await number(cache) == 3)
        database.change(to: 4)
        #expect(try await number(cache) == 3)
    }

    @Test("A query under way when doubt arises is not remembered")
    func doubtDuringLoad() async throws {
        let cache = try cache()
        database.hold()
        async let early = number(cache)
        await database.untilHeld(1)
        database.failNextWrite(DatabaseError(.timedOut, "the time was up"))
        await #expect(throws: DatabaseError.self) { try await cache.execute("UPDATE users SET number = \(1)") }
        database.release()
        _ = try await early
        database.change(to: 2)
        #expect(try await number(cache) == 2)
    }

    @Test("Results end in time, and when others say that their table has changed")
    func ending() async throws {
        let cache = try cache { $0.expireAfter = .seconds(5) }
        _ = try await number(cache)
        database.change(to: 1)
        #expect(try await number(cache) == 0)
        clock.advance(by: .seconds(5))
        #expect(try await number(cache) == 1)
        database.change(to: 2)
        cache.invalidate(["users"])
        #expect(try await number(cache) == 2)
        database.change(to: 3)
        cache.invalidateAll()
        #expect(try await number(cache) == 3)
    }

    @Test("A configuration that cannot work says what is wrong")
    func configuration() {
        let error = #expect(throws: DatabaseError.self) { try cache { $0.maximumBytes = 0 } }
        #expect(error?.code == .invalidConfiguration)
    }
}
