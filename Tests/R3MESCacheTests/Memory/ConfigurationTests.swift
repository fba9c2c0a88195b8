// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import Testing

@Suite("MemoryCache.Configuration")
struct ConfigurationTests {
    private typealias Cache = MemoryCache<Int, Int>

    @Test("Everything that is wrong is said at once")
    func allProblems() {
        var configuration = Cache.Configuration(limit: .weight(0))
        configuration.expireAfterWrite = .zero
        configuration.expireAfterAccess = .seconds(-1)
        configuration.expireAbsentAfter = .zero
        configuration.refreshAfterWrite = .seconds(1)
        configuration.expiryJitter = .nan
        configuration.indexesKeys = true
        configuration.options.shards = 3
        configuration.options.absentWeight = 0
        configuration.options.refreshTimeout = .zero
        let error = #expect(throws: CacheError.self) { try Cache(configuration: configuration) }
        #expect(error?.code == .invalidConfiguration)
        for part in [
            "limit must be at least 1", "needs a weigher", "type String", "expiryJitter", "expireAfterWrite",
            "expireAfterAccess", "expireAbsentAfter", "refreshTimeout", "below expireAfterWrite", "power of two",
            "more than the limit", "absentWeight",
        ] {
            #expect(error?.message.contains(part) == true, "\(part)")
        }
    }

    @Test("A weigher goes with a limit by weight and with no other")
    func weigher() throws {
        #expect(throws: CacheError.self) { try Cache(.weight(10)) }
        #expect(throws: CacheError.self) {
            try Cache(configuration: .init(limit: .count(10)), weigher: { _, _ in 1 })
        }
        #expect(throws: CacheError.self) { try Cache(.count(1 << 41)) }
        #expect(throws: CacheError.self) { try Cache(.count(-1)) }
    }

    @Test(
        "There are as many shards as leave each enough to learn from",
        arguments: [(1, 1), (2047, 1), (2048, 2), (10_000, 8), (100_000, 64), (1_000_000, 128), (1 << 40, 4096)]
    )
    func shards(limit: Int, count: Int) {
        #expect(Cache.Configuration(limit: .count(limit)).shardCount == count)
    }

    @Test("The parts of the shards add up to the limit")
    func parts() throws {
        for (limit, shards) in [(10, 8), (8, 8), (1000, 64), (65, 64)] {
            let cache = try Cache(.count(limit)) { $0.options.shards = shards }
            for key in 0..<limit * 40 { cache.set(key, forKey: key) }
            #expect(cache.count == limit && cache.checkInvariants() == [])
        }
    }
}
