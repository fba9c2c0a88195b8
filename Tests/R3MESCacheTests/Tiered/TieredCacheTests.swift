// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite(
    "Memory over Redis",
    .timeLimit(.minutes(3)),
    .enabled(if: TestServices.redis.shouldRun, .init(rawValue: TestServices.redis.reason))
)
struct TieredCacheTests {
    private func withTwo(
        _ change: (inout TieredCache<String>.Configuration) -> Void = { _ in },
        client: (inout RedisClient.Configuration) -> Void = { _ in },
        _ body: (TieredCache<String>, TieredCache<String>) async throws -> Void
    ) async throws {
        var server = try RedisClient.Configuration(url: try #require(TestServices.redis.url))
        client(&server)
        try await withInstances(2, on: server, change) { try await body($0[0], $0[1]) }
    }

    @Test("what one instance loaded the other finds in Redis, and then in its memory")
    func tiers() async throws {
        try await withTwo { (one, two) async throws in
            let source = Source()
            #expect(try await one.value(forKey: "k") { await source.load($0) } == "0")
            #expect(try await two.value(forKey: "k") { await source.load($0) } == "0")
            #expect(source.loads == 1)
            // Redis tells of the store too, perhaps only now, whereupon the next read brings the value back.
            try await eventually {
                _ = await two.get("k")
                return two.memory.peek("k") == "0"
            }
            #expect(source.loads == 1)
        }
    }

    @Test("a change is read at once by who made it, and by the others when they are told", arguments: [true, false])
    func changes(resp3: Bool) async throws {
        try await withTwo(client: { $0.options.prefersRESP3 = resp3 }) { (one, two) async throws in
            for round in 0..<20 {
                await one.set("\(round)", forKey: "k", tags: ["t"])
                #expect(await one.get("k") == "\(round)")
                try await eventually { await two.get("k") == "\(round)" }
            }
            try await eventually {
                _ = await (one.get("k"), two.get("k"))
                return one.memory.peek("k") != nil && two.memory.peek("k") != nil
            }
            await two.invalidate(tag: "t")
            #expect(await two.get("k") == nil)
            try await eventually { one.memory.peek("k") == nil }
            await two.set("p", forKey: "user:1")
            #expect(await one.get("user:1") == "p")
            await one.invalidate(matching: "user:*")
            #expect(await one.get("user:1") == nil)
            try await eventually { await two.get("user:1") == nil }
        }
    }

    @Test("a change made past the caches, a flush of the server, and an end of an entry are told as well")
    func foreignChanges() async throws {
        try await RedisServerProcess.with { server in
            try await withInstances(1, on: server.configuration) { caches in
                let cache = caches[0]
                for change in ["UNLINK", "FLUSHALL", "PEXPIRE"] {
                    await cache.set("v", forKey: "k")
                    try await eventually {
                        _ = await cache.get("k")
                        return cache.memory.peek("k") != nil
                    }
                    let entry = cache.redis.keys.entry("k")
                    switch change {
                    case "UNLINK": try await cache.redis.client.unlink([entry])
                    case "PEXPIRE": try await cache.redis.client.expire(entry, after: .milliseconds(1))
                    default: _ = try await cache.redis.client.command("FLUSHALL", keyIndex: nil)
                    }
                    try await eventually { cache.memory.peek("k") == nil }
                }
            }
        }
    }

    @Test("fifty instances that miss at once load once")
    func oneLoad() async throws {
        let server = try RedisClient.Configuration(url: try #require(TestServices.redis.url))
        try await withInstances(50, on: server, runs: false) { caches in
            let source = Source()
            try await withThrowingTaskGroup(of: String?.self) { group in
                for cache in caches {
                    for _ in 0..<4 {
                        group.addTask {
                            try await cache.value(forKey: "k") { key in
                                try await Task.sleep(for: .milliseconds(50))
                                return await source.load(key)
                            }
                        }
                    }
                }
                for try await value in group { #expect(value == "0") }
            }
            #expect(source.loads == 1)
        }
    }

    @Test("several keys are read together, and what is missing is loaded together")
    func many() async throws {
        try await withTwo { (one, two) async throws in
            let keys = (0..<100).map { "k\($0)" }
            await two.set("there", forKey: "k7")
            let values = try await one.values(forKeys: keys) { missing in
                #expect(missing.count == 99)
                return Dictionary(
                    uniqueKeysWithValues: missing.filter { $0 != "k3" }.map { ($0, LoadedValue("v", tags: ["t"])) }
                )
            }
            #expect(values.count == 99)
            #expect(values["k7"] == "there" && values["k3"] == nil && values["k0"] == "v")
            let others = try await two.values(forKeys: keys) { missing in
                #expect(missing == ["k3"])
                return [:]
            }
            #expect(others == values)
            await one.invalidate(tag: "t")
            #expect(await one.get("k0") == nil)
        }
    }

    @Test("an error of the loader's is the caller's, and leaves nothing behind")
    func loaderFails() async throws {
        struct Failure: Error {}
        try await withTwo { (one, two) async throws in
            await #expect(throws: Failure.self) {
                try await one.value(forKey: "k") { _ in throw Failure() }
            }
            #expect(try await two.value(forKey: "k") { _ in LoadedValue("v") } == "v")
            #expect(one.status.mode == .coherent)
        }
    }

    @Test(
        "under random writes and loads nobody reads back less than he wrote, and all agree in the end",
        arguments: [true, false]
    )
    func randomWrites(resp3: Bool) async throws {
        try await withTwo(client: { $0.options.prefersRESP3 = resp3 }) { (one, two) async throws in
            let source = Source()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, cache) in [one, two].enumerated() {
                    for writer in 0..<4 {
                        group.addTask {
                            // Nobody else writes this key; everybody reads it.
                            let key = "k\(number)-\(writer)"
                            for round in 1...100 {
                                source[key] = round
                                if round.isMultiple(of: 3) {
                                    await cache.set("\(round)", forKey: key, tags: ["all"])
                                } else if round.isMultiple(of: 7) {
                                    await cache.invalidate(tag: "all")
                                } else {
                                    await cache.invalidate(key)
                                }
                                let read = try await cache.value(forKey: key) { await source.load($0) }
                                #expect(read == "\(round)")
                            }
                        }
                    }
                    for reader in 0..<4 {
                        group.addTask {
                            for round in 0..<300 {
                                let key = "k\(round % 2)-\((round + reader) % 4)"
                                _ = try await cache.value(forKey: key) { await source.load($0) }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            for number in 0..<2 {
                for writer in 0..<4 {
                    for cache in [one, two] {
                        try await eventually {
                            try await cache.value(forKey: "k\(number)-\(writer)") { await source.load($0) } == "100"
                        }
                    }
                }
            }
            #expect(one.status.mode == .coherent && two.status.mode == .coherent)
        }
    }
}
