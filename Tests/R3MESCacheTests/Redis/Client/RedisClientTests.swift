// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import R3MESConcurrency
import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite(
    "The Redis client",
    .timeLimit(.minutes(3)),
    .enabled(if: TestServices.redis.shouldRun, .init(rawValue: TestServices.redis.reason))
)
struct RedisClientTests {
    /// What all keys of one test begin with, since tests share the server.
    private let prefix = "test:\(UUID().uuidString):"

    private func withTestClient(
        _ change: (inout RedisClient.Configuration) -> Void = { _ in },
        _ body: (RedisClient) async throws -> Void
    ) async throws {
        var configuration = try RedisClient.Configuration(url: try #require(TestServices.redis.url))
        change(&configuration)
        try await withClient(configuration, body)
    }

    private func key(_ name: String) -> String { prefix + name }

    @Test("strings")
    func strings() async throws {
        try await withTestClient { (client) async throws in
            #expect(try await client.get(key("a"), as: String.self) == nil)
            #expect(try await client.set(key("a"), to: "1", expiry: .after(.seconds(60))))
            #expect(try await !client.set(key("a"), to: "2", if: .ifAbsent))
            #expect(try await client.set(key("a"), to: "3", expiry: .unchanged, if: .ifPresent))
            guard case .expiring? = try await client.ttl(key("a")) else { Issue.record("does not end"); return }
            #expect(try await client.incr(key("a"), by: 4) == 7)
            #expect(try await client.append(key("a"), "x") == 2)
            try await client.mset([(key("b"), "B"), (key("c"), "C")])
            #expect(try await client.mget([key("b"), key("none"), key("c")], as: String.self) == ["B", nil, "C"])
            #expect(try await client.getdel(key("b"), as: String.self) == "B")
            #expect(try await client.exists(key("a"), key("b"), key("c")) == 2)
            #expect(try await client.strlen(key("a")) == 2)
            let bytes = ByteBuffer(bytes: (0..<300_000).map { UInt8(truncatingIfNeeded: $0) })
            try await client.set(key("large"), to: bytes)
            #expect(try await client.get(key("large")) == bytes)
        }
    }

    @Test("keys and scans")
    func keys() async throws {
        try await withTestClient { (client) async throws in
            for index in 0..<1000 {
                try await client.set(key("scan:\(index)"), to: index)
            }
            var found: Set<String> = []
            for try await batch in client.scan(matching: key("scan:*"), count: 100) {
                found.formUnion(batch)
            }
            #expect(found.count == 1000)
            #expect(try await client.unlink(Array(found)) == 1000)
            try await client.set(key("x"), to: "1")
            #expect(try await client.ttl(key("x")) == .forever)
            #expect(try await client.expire(key("x"), after: .seconds(100)))
            #expect(try await client.persist(key("x")))
            try await client.rename(key("x"), to: key("y"))
            #expect(try await client.type(of: key("y")) == "string")
            #expect(try await client.del(key("y")) == 1)
            #expect(try await client.ttl(key("y")) == nil)
        }
    }

    @Test("hashes and sets")
    func hashesAndSets() async throws {
        try await withTestClient { (client) async throws in
            #expect(try await client.hset(key("h"), [("a", 1), ("b", 2)]) == 2)
            #expect(try await client.hget(key("h"), "a", as: Int.self) == 1)
            #expect(try await client.hmget(key("h"), ["b", "none"], as: Int.self) == [2, nil])
            #expect(try await client.hincrby(key("h"), "a", by: 5) == 6)
            #expect(try await client.hgetall(key("h"), as: Int.self) == ["a": 6, "b": 2])
            #expect(try await client.hdel(key("h"), "a") == 1)
            #expect(try await client.hlen(key("h")) == 1)
            #expect(try await client.sadd(key("s"), ["x", "y", "x"]) == 2)
            #expect(try await client.sismember(key("s"), "x"))
            #expect(try await client.smembers(key("s"), as: String.self) == ["x", "y"])
            #expect(try await client.srem(key("s"), ["x"]) == 1)
            #expect(try await client.scard(key("s")) == 1)
        }
    }

    @Test("sorted sets")
    func sortedSets() async throws {
        try await withTestClient { (client) async throws in
            let members = (1...5).map { RedisScoredMember("m\($0)", score: Double($0)) }
            #expect(try await client.zadd(key("z"), members) == 5)
            #expect(try await client.zincrby(key("z"), "m1", by: 0.5) == 1.5)
            #expect(try await client.zscore(key("z"), "m2") == 2)
            #expect(try await client.zscore(key("z"), "none") == nil)
            let top = try await client.zrange(key("z"), from: 0, through: 1, reversed: true, as: String.self)
            #expect(top == [RedisScoredMember("m5", score: 5), RedisScoredMember("m4", score: 4)])
            let low = try await client.zrange(key("z"), scores: -.infinity...2, as: String.self)
            #expect(low.map(\.member) == ["m1", "m2"])
            #expect(try await client.zrem(key("z"), ["m1"]) == 1)
            #expect(try await client.zcard(key("z")) == 4)
        }
    }

    @Test("streams")
    func streams() async throws {
        try await withTestClient { (client) async throws in
            let first = try await client.xadd(key("st"), [("f", "1")])
            try await client.xgroupCreate(key("st"), "group", after: "0")
            let second = try await client.xadd(key("st"), [("f", "2")], trimmingTo: 1000)
            #expect(try await client.xlen(key("st")) == 2)
            #expect(try await client.xrange(key("st")).map(\.id) == [first, second])
            #expect(try await client.xread([(key("st"), first)])[key("st")]?.map(\.id) == [second])
            let mine = try await client.xreadgroup("group", "me", [(key("st"), ">")])
            #expect(mine[key("st")]?.count == 2)
            #expect(try await client.xack(key("st"), "group", [first, second]) == 2)
            #expect(try await client.xreadgroup("group", "me", [(key("st"), ">")]).isEmpty)
            #expect(try await client.xdel(key("st"), [first]) == 1)
        }
    }

    @Test("a script runs by its text when the server has forgotten its digest")
    func scripts() async throws {
        try await withTestClient { (client) async throws in
            let script = RedisScript("return redis.call('SET', KEYS[1], ARGV[1])  -- \(prefix)")
            for value in ["1", "2", "3"] {
                _ = try await client.run(script, keys: [key("k")], arguments: [value])
                #expect(try await client.get(key("k"), as: String.self) == value)
                if value == "2" { _ = try await client.command("SCRIPT", "FLUSH") }
            }
        }
    }

    @Test("a transaction is executed whole, or not at all if it is malformed")
    func transactions() async throws {
        try await withTestClient { (client) async throws in
            let answers = try await client.transaction([
                RedisCommand("SET", [key("t"), 5]), RedisCommand("INCR", [key("t")]),
                RedisCommand("LPUSH", [key("t"), 1]),
            ])
            #expect(answers.count == 3)
            #expect(answers[1] == .integer(6))
            guard case .error(let error) = answers[2] else { Issue.record("no error"); return }
            #expect(error.code == "WRONGTYPE")
            let failure = await #expect(throws: CacheError.self) {
                try await client.transaction([RedisCommand("SET", [key("t"), 9]), RedisCommand("NOSUCHCOMMAND")])
            }
            #expect(failure?.code == .serverError)
            #expect(try await client.get(key("t"), as: Int.self) == 6)
            try await client.withConnection { (connection) async throws in
                _ = try await connection.command("WATCH", key("t"))
                try await client.set(key("t"), to: 7)
                let aborted = await #expect(throws: CacheError.self) {
                    try await connection.transaction([RedisCommand("SET", [key("t"), 8])])
                }
                #expect(aborted?.code == .transactionAborted)
            }
        }
    }

    @Test("transactions of many callers never mix")
    func transactionsDoNotMix() async throws {
        try await withTestClient { (client) async throws in
            await withTaskGroup { group in
                for index in 0..<200 {
                    group.addTask {
                        let answers = try? await client.transaction([
                            RedisCommand("SET", [key("mix"), index]), RedisCommand("GET", [key("mix")]),
                        ])
                        #expect(answers?.last.flatMap { try? Int(resp: $0) } == index)
                    }
                    group.addTask { _ = try? await client.set(key("mix"), to: -1) }
                }
            }
        }
    }

    @Test("what would keep or change a shared connection is refused, and works on a lent one")
    func shareable() async throws {
        try await withTestClient { (client) async throws in
            for command in [
                RedisCommand("blpop", [key("l"), 0]), RedisCommand("SELECT", [1]), RedisCommand("SUBSCRIBE", ["a"]),
                RedisCommand("XREAD", ["BLOCK", 0, "STREAMS", key("s"), "$"]),
                RedisCommand("CLIENT", ["REPLY", "OFF"]),
            ] {
                let error = await #expect(throws: CacheError.self) { try await client.send(command) }
                #expect(error?.code == .unsupportedCommand)
            }
            try await client.withConnection { (connection) async throws in
                async let popped = connection.command("BLPOP", key("l"), 5)
                _ = try await client.command("RPUSH", key("l"), "x")
                #expect(try await [String](resp: popped) == [key("l"), "x"])
            }
        }
    }

    @Test("the caller's deadline counts, and so does his cancellation")
    func deadlines() async throws {
        try await withTestClient { (client) async throws in
            try await client.withConnection { (connection) async throws in
                let late = await #expect(throws: CacheError.self) {
                    try await withDeadline(.after(.milliseconds(20))) {
                        try await connection.command("BLPOP", key("no"), 0)
                    }
                }
                #expect(late?.code == .deadlineExceeded)
            }
            let passed = await #expect(throws: CacheError.self) {
                try await withDeadline(.after(.zero)) { try await client.ping() }
            }
            #expect(passed?.code == .deadlineExceeded)
            try await client.withConnection { (connection) async throws in
                let task = Task { try await connection.command("BLPOP", key("no"), 0) }
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }
    }

    @Test("more callers than may wait are refused, and the others served")
    func queueFull() async throws {
        try await withTestClient({ $0.options.maximumCommands = 10 }) { (client) async throws in
            try await client.ping()
            let codes = await withTaskGroup(of: CacheError.Code?.self) { group in
                for _ in 0..<2000 {
                    group.addTask {
                        do { try await client.ping() } catch { return (error as? CacheError)?.code }
                        return nil
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.allSatisfy { $0 == nil || $0 == .queueFull })
            try await client.ping()
        }
    }

    @Test("after a shutdown everything is refused")
    func shutdown() async throws {
        try await withTestClient { (client) async throws in
            try await client.ping()
            await client.shutdown()
            let error = await #expect(throws: CacheError.self) { try await client.ping() }
            #expect(error?.code == .closed)
            let other = await #expect(throws: CacheError.self) { try await client.withConnection { _ in } }
            #expect(other?.code == .closed)
        }
    }

    @Test("as a service it connects by itself and ends in an orderly way")
    func service() async throws {
        try await withTestClient { (client) async throws in
            let task = Task { try await client.run() }
            try await eventually { client.connections.allSatisfy { $0.isReady } }
            task.cancel()
            try await task.value
            let error = await #expect(throws: CacheError.self) { try await client.ping() }
            #expect(error?.code == .closed)
        }
    }

    @Test("an answer larger than accepted closes the connection, and the next command gets a new one")
    func answerTooLarge() async throws {
        try await withTestClient({ $0.options.maximumAnswerBytes = 10_000 }) { (client) async throws in
            try await client.set(key("big"), to: String(repeating: "x", count: 20_000))
            let error = await #expect(throws: CacheError.self) { try await client.get(key("big")) }
            #expect(error?.code == .protocolViolation)
            try await client.ping()
        }
    }
}
