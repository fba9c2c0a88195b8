// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("Replacement policies")
struct PolicyTests {
    private static let exact: [SimulationPolicy] = [.lru, .lfu, .fifo, .sieve, .optimal]

    /// Which requests hit, as a text of H and M.
    private func play(_ policy: SimulationPolicy, _ trace: KeyTrace, capacity: Int) -> [Bool] {
        func play(_ policy: some ReplacementPolicy) -> [Bool] {
            var policy = policy
            return trace.keys.map { policy.access($0) }
        }
        let distinct = trace.distinctKeys
        return switch policy {
        case .lru: play(LRUPolicy(capacity: capacity, distinctKeys: distinct))
        case .lfu: play(LFUPolicy(capacity: capacity, distinctKeys: distinct))
        case .fifo: play(FIFOPolicy(capacity: capacity, distinctKeys: distinct))
        case .sieve: play(SIEVEPolicy(capacity: capacity, distinctKeys: distinct))
        default:
            play(
                OptimalPolicy(
                    capacity: capacity,
                    distinctKeys: distinct,
                    nextRequests: OptimalPolicy.nextRequests(in: trace)
                )
            )
        }
    }

    @Test(
        "Worked out by hand, a short stream hits where it should",
        arguments: [
            // A B C fill it; A is renewed, so D pushes B out, which pushes out C.
            (SimulationPolicy.lru, 3, "ABCADBAC", "---h--h-"),
            // A came first and goes first, though it was used.
            (.fifo, 3, "ABCADBAC", "---h-h-h"),
            // A has 2, so D pushes out B, the older of two with 1; B then pushes out C.
            (.lfu, 3, "ABCADBAC", "---h--h-"),
            // A has 3 and stays though it is not asked for; the newcomers push out each other.
            (.lfu, 2, "AAABCBCA", "-hh----h"),
            // The hand spares A, whose mark it takes, and drops B; it stands at C, which goes for B; A is still there.
            (.sieve, 3, "ABCADBAC", "---h--h-"),
            // All are marked: the hand goes round once, and A, the oldest, goes after all.
            (.sieve, 2, "ABABCBA", "--hh-h-"),
            // C is asked for the latest, so it does not even come in.
            (.optimal, 2, "ABCABC", "---hh-"),
            // D never comes again and pushes out nothing.
            (.optimal, 3, "ABCDABC", "----hhh"),
            // One entry: only repetitions hit.
            (.optimal, 1, "AABBA", "-h-h-"), (.lru, 1, "AABBA", "-h-h-"), (.sieve, 1, "AABBA", "-h-h-"),
        ]
    )
    func byHand(policy: SimulationPolicy, capacity: Int, stream: String, expected: String) {
        let hits = play(policy, KeyTrace(stream), capacity: capacity)
        #expect(String(hits.map { $0 ? "h" : "-" }) == expected, "\(policy)")
    }

    @Test("Each policy does at every request what its plain definition does", arguments: exact)
    func asDefined(policy: SimulationPolicy) {
        forAll(cases: 100) { generator in
            let stream = KeyStream.allCases.randomElement(using: &generator) ?? .zipf
            let distinct = Int.random(in: 1...30, using: &generator)
            let count = Int.random(in: 0...250, using: &generator)
            let trace = KeyTrace(stream.keys(count: count, among: distinct, using: &generator))
            let capacity = Int.random(in: 1...20, using: &generator)
            let hits = play(policy, trace, capacity: capacity)
            let defined = NaivePolicies.hits(policy, trace.keys, capacity: capacity)
            try hold(hits == defined, "\(policy) of \(capacity) on \(stream): \(hits) is not \(defined)")
        }
    }

    @Test("No policy passes the optimum, and none hits what was never asked for")
    func bounds() {
        forAll(cases: 40) { generator in
            let stream = KeyStream.allCases.randomElement(using: &generator) ?? .zipf
            let distinct = Int.random(in: 1...200, using: &generator)
            let trace = KeyTrace(stream.keys(count: 2000, among: distinct, using: &generator))
            let capacity = Int.random(in: 1...250, using: &generator)
            let best = play(.optimal, trace, capacity: capacity).count { $0 }
            try hold(best <= trace.count - trace.distinctKeys, "the optimum hits first requests")
            if capacity >= trace.distinctKeys {
                try hold(best == trace.count - trace.distinctKeys, "the optimum drops what fits")
            }
            for policy in Self.exact {
                let hits = play(policy, trace, capacity: capacity).count { $0 }
                try hold(hits <= best, "\(policy) hits \(hits), the optimum \(best), on \(stream)")
            }
        }
    }

    @Test("On a loop that is one larger than the cache, LRU and FIFO get nothing and the optimum nearly all")
    func loop() {
        let trace = KeyTrace((0..<100_000).map { $0 % 101 })
        #expect(!play(.lru, trace, capacity: 100).contains(true))
        #expect(!play(.fifo, trace, capacity: 100).contains(true))
        #expect(play(.optimal, trace, capacity: 100).count { $0 } > 98_500)
    }
}
