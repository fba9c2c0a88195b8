// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESCache

@Suite("Warming a cache", .timeLimit(.minutes(3)))
struct CacheWarmerTests {
    @Test("loads all keys in batches, hottest first, and never more batches at a time than allowed")
    func batches() async {
        let state = Mutex((loaded: [String](), running: 0, most: 0))
        var warmer = CacheWarmer { (0..<95).map { "k\($0)" } }
        warmer.batchSize = 10
        warmer.concurrency = 3
        warmer.timeLimit = .seconds(120)
        let report = await warmer.warm { keys in
            state.withLock { state in
                state.loaded += keys
                state.running += 1
                state.most = max(state.most, state.running)
            }
            for _ in 0..<5 { await Task.yield() }
            state.withLock { $0.running -= 1 }
        }
        #expect(report.keys == 95 && report.loaded == 95 && report.failed == 0 && !report.isCutShort)
        state.withLock { state in
            #expect(Set(state.loaded).count == 95)
            #expect(state.loaded.first == "k0")
            #expect(state.most <= 3)
        }
    }

    @Test("goes on when a batch fails, and keeps to the greatest number of keys")
    func failures() async {
        struct Failure: Error {}
        var warmer = CacheWarmer { (0..<1000).map { "\($0)" } }
        warmer.batchSize = 10
        warmer.maximumKeys = 50
        warmer.timeLimit = .seconds(120)
        let report = await warmer.warm { keys in
            if keys.contains("20") { throw Failure() }
        }
        #expect(report.keys == 50 && report.loaded == 40 && report.failed == 10 && !report.isCutShort)
    }

    @Test("ends when its time is over, whatever still loads, and when there are no keys to be had")
    func timeLimit() async {
        struct Failure: Error {}
        var warmer = CacheWarmer { ["a"] }
        warmer.timeLimit = .milliseconds(10)
        let late = await warmer.warm { _ in try await Task.sleep(for: .seconds(3600)) }
        #expect(late.isCutShort && late.loaded == 0 && late.failed == 0)
        let none = await CacheWarmer { throw Failure() }.warm { _ in }
        #expect(none.isCutShort && none.keys == 0)
    }

    @Test(
        "what one run saved the next one loads, hottest first",
        .enabled(if: TestServices.redis.shouldRun, .init(rawValue: TestServices.redis.reason))
    )
    func saved() async throws {
        let server = try RedisClient.Configuration(url: try #require(TestServices.redis.url))
        let namespace = "test-\(UUID().uuidString)"
        let source = Source()
        try await withInstances(2, on: server, namespace: namespace) { caches in
            let (old, new) = (caches[0], caches[1])
            #expect(try await old.savedHottestKeys().isEmpty)
            for index in 0..<2500 {
                _ = try await old.value(forKey: "k\(index)") { await source.load($0) }
            }
            for _ in 0..<5 {
                try await eventually {
                    _ = await old.get("k7")
                    return old.memory.peek("k7") != nil
                }
            }
            try await eventually {
                for index in 0..<2500 { _ = await old.get("k\(index)") }
                _ = await old.get("k7")
                return old.memory.count == 2500
            }
            try await old.saveHottestKeys()
            try await old.saveHottestKeys()
            let saved = try await new.savedHottestKeys()
            #expect(saved.count == 2500 && Set(saved).count == 2500)
            let loads = source.loads
            let report = await CacheWarmer { try await new.savedHottestKeys() }.warm { keys in
                _ = try await new.values(forKeys: keys) { keys in
                    var loaded: [String: LoadedValue<String>] = [:]
                    for key in keys { loaded[key] = await source.load(key) }
                    return loaded
                }
            }
            #expect(report.loaded == 2500)
            #expect(source.loads == loads)
            #expect(new.memory.count == 2500)
            try await new.redis.client.unlink([new.redis.keys.hottest])
        }
    }
}
