// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite(
    "Loading into the cache in Redis",
    .timeLimit(.minutes(3)),
    .enabled(if: TestServices.redis.shouldRun, .init(rawValue: TestServices.redis.reason))
)
struct RedisCacheLoadingTests {
    /// What happens while a value is being loaded.
    enum Interruption: CaseIterable, Sendable {
        case remove, set, tag, pattern, all, lostMemory

        func happen(to cache: RedisCache<String>) async throws {
            switch self {
            case .remove: try await cache.remove("k")
            case .set: try await cache.set("new", forKey: "k")
            case .tag: try await cache.invalidate(tag: "t")
            case .pattern: try await cache.invalidate(matching: "k*")
            case .all: try await cache.removeAll()
            case .lostMemory: try await cache.client.unlink([cache.keys.generations])
            }
        }
    }

    @Test("a value that was read before an invalidation is not stored after it", arguments: Interruption.allCases)
    func staleLoad(interruption: Interruption) async throws {
        try await withRedisCache(CacheCodec<String>.text) { (cache) async throws in
            let value = try await cache.value(forKey: "k") { _ in
                try await interruption.happen(to: cache)
                return LoadedValue("old", tags: ["t"])
            }
            #expect(value == "old")
            #expect(try await cache.get("k") == (interruption == .set ? "new" : nil))
            #expect(try await cache.value(forKey: "k") { _ in LoadedValue("new") } == "new")
            #expect(try await cache.get("k") == "new")
        }
    }

    @Test("a write that Redis gets to late has no effect after a later invalidation")
    func lateWrite() async throws {
        try await withRedisCache(CacheCodec<String>.text) { (cache) async throws in
            try await cache.set(LoadedValue("first"), forKey: "k", ticket: try await cache.ticket())
            #expect(try await cache.get("k") == "first")
            let ticket = try await cache.ticket()
            try await cache.remove("k")
            try await cache.set(LoadedValue("late"), forKey: "k", ticket: ticket)
            #expect(try await cache.get("k") == nil)
        }
    }

    @Test("an invalidation of something else does no harm")
    func otherInvalidation() async throws {
        try await withRedisCache(CacheCodec<String>.text) { (cache) async throws in
            _ = try await cache.value(forKey: "k") { _ in
                try await cache.remove("other")
                try await cache.invalidate(tag: "other")
                return LoadedValue("v", tags: ["t"])
            }
            #expect(try await cache.get("k") == "v")
        }
    }

    @Test("a load that takes longer than invalidations are remembered is not stored")
    func tooOld() async throws {
        try await withRedisCache(CacheCodec<String>.text, { $0.maximumLoadTime = .milliseconds(1) }) {
            (cache) async throws in
            _ = try await cache.value(forKey: "k") { _ in
                try await cache.remove("k")
                // Until that has been forgotten.
                try await eventually {
                    try await cache.remove("other")
                    var command = RedisCommand("ZSCORE", key: cache.keys.generations)
                    command.append("kk")
                    return try await cache.client.send(command) == .null
                }
                return LoadedValue("old")
            }
            #expect(try await cache.get("k") == nil)
        }
    }

    @Test("fifty who miss at once load once, and all get the value")
    func oneLoad() async throws {
        try await withRedisCache(CacheCodec<String>.text) { (cache) async throws in
            let loads = Shared(0)
            try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await cache.value(forKey: "k") { _ in
                            loads.increment()
                            try await Task.sleep(for: .milliseconds(30))
                            return LoadedValue("v")
                        }
                    }
                }
                for try await value in group {
                    #expect(value == "v")
                }
            }
            #expect(loads.value == 1)
        }
    }

    @Test("whoever loads and fails, or leaves, lets the next one load at once")
    func failedLoad() async throws {
        struct Failure: Error {}
        try await withRedisCache(CacheCodec<String>.text, { $0.leaseDuration = .seconds(3600) }) {
            (cache) async throws in
            await #expect(throws: Failure.self) {
                try await cache.value(forKey: "k") { _ in throw Failure() }
            }
            let task = Task {
                try await cache.value(forKey: "k") { _ in
                    try await Task.sleep(for: .seconds(3600))
                    return LoadedValue("never")
                }
            }
            try await eventually { try await cache.client.exists(cache.keys.lease("k")) == 1 }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await cache.value(forKey: "k") { _ in LoadedValue("v") } == "v")
        }
    }

    @Test("after the lease has ended another one loads")
    func endedLease() async throws {
        try await withRedisCache(CacheCodec<String>.text, { $0.leaseDuration = .milliseconds(50) }) {
            (cache) async throws in
            let value = try await cache.value(forKey: "k") { _ in
                // Somebody else comes, waits, and is faster in the end.
                let other = try await cache.value(forKey: "k") { _ in LoadedValue("second") }
                #expect(other == "second")
                return LoadedValue("first")
            }
            #expect(value == "first")
        }
    }

    @Test("that there is nothing is remembered where so configured")
    func absent() async throws {
        for remembers in [true, false] {
            try await withRedisCache(
                CacheCodec<String>.text,
                { if remembers { $0.expireAbsentAfter = .seconds(60) } },
                { (cache) async throws in
                    let loads = Shared(0)
                    for _ in 0..<3 {
                        let value = try await cache.value(forKey: "k") { _ in
                            loads.increment()
                            return LoadedValue(nil)
                        }
                        #expect(value == nil)
                    }
                    #expect(loads.value == (remembers ? 1 : 3))
                }
            )
        }
    }
}
