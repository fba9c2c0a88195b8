// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("MemoryCache, reading", .timeLimit(.minutes(2)))
struct ReadingTests {
    private func cache() throws -> MemoryCache<Int, Int> {
        try MemoryCache(.count(1000)) {
            $0.options.shards = 4
            $0.expireAbsentAfter = .seconds(600)
        }
    }

    @Test("Every read of many tasks is counted, of values, of keys without one and of keys that are not there")
    func counts() async throws {
        let cache = try cache()
        for key in 0..<100 { cache.set(key, forKey: key) }
        for key in 100..<150 { _ = try await cache.value(forKey: key) { _ -> LoadedValue<Int> in LoadedValue(nil) } }
        let before = cache.statistics
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for round in 0..<2000 { _ = cache.lookUp((round &* 7 &+ task) % 200) }
                }
            }
        }
        let statistics = cache.statistics
        #expect(statistics.hits - before.hits == 8 * 1500)
        #expect(statistics.absentHits - before.absentHits == 8 * 500)
        #expect(statistics.misses - before.misses == 8 * 500)
        #expect(cache.checkInvariants() == [])
    }

    @Test("What many tasks read stays when others come, also after so many reads that only some are noted")
    func hotStays() async throws {
        let cache = try cache()
        for key in 0..<1000 { cache.set(key, forKey: key) }
        await withTaskGroup { group in
            for task in 0..<4 {
                group.addTask {
                    for round in 0..<40_000 { _ = cache.get((round &+ task) % 100) }
                }
            }
        }
        for key in 1000..<3000 { cache.set(key, forKey: key) }
        let left = (0..<100).count { cache.peek($0) != nil }
        #expect(left >= 95, "\(left) of 100")
        #expect(cache.checkInvariants() == [])
    }

    @Test("The hottest keys are those that were read, whether or not the policy was told before")
    func hottest() throws {
        let cache = try cache()
        for key in 0..<100 { cache.set(key, forKey: key) }
        for _ in 0..<5 { for key in 40..<44 { _ = cache.get(key) } }
        #expect(Set(cache.hottestKeys(limit: 4)) == Set(40..<44))
    }
}
