// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESConcurrency
import R3MESTestSupport
import Synchronization
import Testing

@Suite("Refresh ahead", .timeLimit(.minutes(1)))
struct RefreshTests {
    private struct Failure: Error {}

    private let clock = TestClock()

    private func cache() throws -> MemoryCache<Int, Int> {
        try MemoryCache(.count(10), clock: clock) {
            $0.refreshAfterWrite = .seconds(10)
            $0.expireAfterWrite = .seconds(100)
        }
    }

    /// Waits until nothing is being loaded, and what was loaded is stored.
    private func settle(_ cache: MemoryCache<Int, Int>, loads: Int) async {
        while cache.statistics.loads + cache.statistics.failedLoads < loads || cache.flights.count > 0 {
            await Task.yield()
        }
    }

    @Test("The old value is served while the new one is loaded, once, however many ask")
    func once() async throws {
        let cache = try cache()
        let gate = Gate()
        cache.set(1, forKey: 1)
        clock.advance(by: .seconds(10))
        for _ in 0..<50 {
            let value = try await cache.value(forKey: 1) { _ -> Int in
                await gate.pass()
                return 2
            }
            #expect(value == 1)
        }
        await gate.waitForArrivals()
        gate.open()
        await settle(cache, loads: 1)
        #expect(cache.get(1) == 2 && gate.arrivals == 1 && cache.statistics.replaced == 1)
    }

    @Test("A refresh that fails leaves the old value, and is tried again a tenth of the interval later")
    func failure() async throws {
        let cache = try cache()
        let calls = Shared(0)
        let load: @Sendable (Int) async throws -> Int = { _ in
            guard calls.increment() > 1 else { throw Failure() }
            return 2
        }
        cache.set(1, forKey: 1)
        clock.advance(by: .seconds(10))
        #expect(try await cache.value(forKey: 1, load: load) == 1)
        await settle(cache, loads: 1)
        // The end of the refresh is noted after its failure is counted.
        while cache.isRefreshing(1) { await Task.yield() }
        #expect(try await cache.value(forKey: 1, load: load) == 1)
        #expect(calls.value == 1)
        clock.advance(by: .seconds(1))
        #expect(try await cache.value(forKey: 1, load: load) == 1)
        await settle(cache, loads: 2)
        #expect(cache.get(1) == 2)
    }

    @Test("Neither cancellation nor the deadline of who noticed ends a refresh, but its own time limit does")
    func limits() async throws {
        let cache = try cache()
        let gate = Gate()
        cache.set(1, forKey: 1)
        clock.advance(by: .seconds(10))
        let asker = Task {
            try await withDeadline(.after(.seconds(1), clock: clock)) {
                try await cache.value(forKey: 1) { _ -> Int in
                    await gate.pass()
                    try Task.checkCancellation()
                    return 2
                }
            }
        }
        #expect(try await asker.value == 1)
        asker.cancel()
        await gate.waitForArrivals()
        clock.advance(by: .seconds(2))
        gate.open()
        await settle(cache, loads: 1)
        #expect(cache.get(1) == 2)

        clock.advance(by: .seconds(10))
        let hanging = Gate()
        _ = try await cache.value(forKey: 1) { _ -> Int in
            await hanging.pass()
            return 3
        }
        await hanging.waitForArrivals()
        await clock.waitForSleepers()
        clock.advance(by: .seconds(60))
        while cache.flights.count > 0 { await Task.yield() }
        // The key is free again: others load it.
        cache.remove(1)
        #expect(try await cache.value(forKey: 1) { _ -> Int in 4 } == 4)
        hanging.open()
        await settle(cache, loads: 3)
        // It read before the removal.
        #expect(cache.get(1) == 4)
    }

    @Test("A refresh that finds nothing removes the old value, and one that an invalidation overtook is refused")
    func vanished() async throws {
        let cache = try cache()
        cache.set(1, forKey: 1)
        clock.advance(by: .seconds(10))
        #expect(try await cache.value(forKey: 1) { _ -> Int? in nil } == 1)
        await settle(cache, loads: 1)
        #expect(cache.get(1) == nil && cache.count == 0)

        let gate = Gate()
        cache.set(1, forKey: 1)
        clock.advance(by: .seconds(10))
        _ = try await cache.value(forKey: 1) { _ -> Int in
            await gate.pass()
            return 2
        }
        await gate.waitForArrivals()
        cache.set(7, forKey: 1)
        gate.open()
        await settle(cache, loads: 2)
        #expect(cache.get(1) == 7 && cache.statistics.refused == 1)
    }
}

extension MemoryCache {
    fileprivate func isRefreshing(_ key: Key) -> Bool {
        let hash = Self.hash(key)
        return shards.cell(hash).withLock { shard in
            shard.find(key, UInt32(truncatingIfNeeded: hash)).map { shard.core.pointee.nodes[$0].isRefreshing } ?? false
        }
    }
}
