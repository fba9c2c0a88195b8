// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESConcurrency

@Suite("RateTable")
struct RateTableTests {
    @Test("remembers what a dictionary remembers while it has room", arguments: 0..<10)
    func matchesModel(_: Int) {
        var random = SeededGenerator()
        var table = RateTable(maximumEntries: 4_000)
        var model: [UInt64: Int64] = [:]
        let keys = (0..<2_000).map { _ in UInt64.random(in: 1...UInt64.max, using: &random) }
        var now: Int64 = 1
        for event in 0..<50_000 {
            now += Int64.random(in: 0...2, using: &random)
            let key = keys[Int.random(in: 0..<keys.count, using: &random)]
            let arrival = now + Int64.random(in: 0...3_000, using: &random)
            let before = table.withArrival(of: key, now: now) { value in
                defer { value = arrival }
                return value
            }
            // An expired time and none at all say the same.
            let expected = model[key].map { $0 > now ? $0 : 0 } ?? 0
            verify((before > now ? before : 0) == expected, "seed \(random.seed), event \(event)")
            model[key] = arrival
        }
        #expect(table.evictions == 0, "seed \(random.seed)")
    }

    @Test("takes no more memory than it was allowed, however many keys come")
    func bound() {
        var random = SeededGenerator()
        var table = RateTable(maximumEntries: 1_000)
        for _ in 0..<100_000 {
            table.withArrival(of: .random(in: 1...UInt64.max, using: &random), now: 1) { $0 = 1_000_000 }
        }
        #expect(table.capacity == 2_048)
        #expect(table.evictions >= 100_000 - 2_048)
    }

    @Test("fills to seven tenths before anything gives way")
    func occupancy() {
        var random = SeededGenerator()
        var table = RateTable(maximumEntries: 10_000)
        var count = 0
        while table.evictions == 0 {
            table.withArrival(of: .random(in: 1...UInt64.max, using: &random), now: 1) { $0 = 1_000_000 }
            count += 1
        }
        #expect(table.capacity == 16_384)
        #expect(count > 16_384 / 10 * 7, "seed \(random.seed)")
    }

    @Test("expired entries make room, so traffic of ever new keys needs no more than the keys of one period")
    func reclamation() {
        var random = SeededGenerator()
        var table = RateTable(maximumEntries: 1_000_000)
        for now in 1...200_000 {
            let now = Int64(now)
            table.withArrival(of: .random(in: 1...UInt64.max, using: &random), now: now) { $0 = now + 1_000 }
        }
        #expect(table.capacity <= 4_096, "seed \(random.seed)")
        #expect(table.evictions == 0, "seed \(random.seed)")
    }

    @Test("a throttled key outlives a flood of fresh ones")
    func throttledKeySurvives() {
        var random = SeededGenerator()
        var table = RateTable(maximumEntries: 500)
        table.withArrival(of: 42, now: 1) { $0 = 1_000_000 }
        for _ in 0..<20_000 {
            table.withArrival(of: .random(in: 100...UInt64.max, using: &random), now: 1) { $0 = 10 }
        }
        #expect(table.withArrival(of: 42, now: 1) { $0 } == 1_000_000, "seed \(random.seed)")
    }

    @Test("a key that took nothing takes no room")
    func untouched() {
        var table = RateTable(maximumEntries: 500)
        for hash in 1...10_000 {
            table.withArrival(of: UInt64(hash), now: 1) { _ in }
        }
        #expect(table.capacity == 16)
    }
}
