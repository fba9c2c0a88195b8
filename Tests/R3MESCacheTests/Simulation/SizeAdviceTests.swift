// SPDX-License-Identifier: Apache-2.0

import R3MESCache
import Testing

@Suite("SizeAdvice")
struct SizeAdviceTests {
    /// Results of LRU, with hits of 1,000 requests.
    private func curve(_ points: [(size: Int, hits: Int)]) -> [SimulationResult] {
        points.map { SimulationResult(policy: .lru, size: $0.size, requests: 1000, hits: $0.hits) }
    }

    @Test(
        "The smallest size is worth it from which no larger one gains enough for each doubling",
        arguments: [
            // After 20 come 0.5 points a doubling.
            ([(10, 300), (20, 500), (40, 505), (80, 510)], 80, 20),
            // Flat first and steep later, as on a loop: the step is waited for.
            ([(10, 0), (20, 1), (40, 2), (80, 900), (160, 901)], 160, 80),
            // 3 points over a factor of 4 are 1.5 a doubling; 3 over a factor of 1.5 are 3.
            ([(10, 500), (40, 530)], 40, 10), ([(10, 500), (15, 530)], 15, 15),
            // A curve that falls, as FIFO's may, is no gain.
            ([(10, 500), (20, 400)], 20, 10),
            // The largest gained, and larger ones might: no answer, unless all keys fit.
            ([(10, 300), (20, 500)], 21, nil), ([(10, 300), (20, 500)], 20, 20), ([(10, 300), (20, 500)], 7, 20),
            ([(10, 300)], 10, 10), ([(10, 300)], 11, nil),
        ] as [([(size: Int, hits: Int)], Int, Int?)]
    )
    func worth(points: [(size: Int, hits: Int)], distinct: Int, expected: Int?) throws {
        // The order of the results does not matter, nor do those of other policies.
        let others = SimulationResult(policy: .fifo, size: 15, requests: 1000, hits: 999)
        let results = curve(points).reversed() + [others]
        let advice = try #require(SizeAdvice(for: .lru, from: results, distinctKeys: distinct))
        #expect(advice.worth?.size == expected)
        #expect(advice.curve.map(\.size) == points.map(\.size))
    }

    @Test("The gain that is asked for decides")
    func minimumGain() throws {
        let results = curve([(10, 300), (20, 400), (40, 450), (80, 475), (160, 480)])
        for (gain, size) in [(11.0, 10), (10, 20), (6, 20), (5, 40), (2.5, 80), (0.5, 160), (0, 160)] {
            let advice = SizeAdvice(for: .lru, from: results, distinctKeys: 160, minimumGain: gain)
            #expect(advice?.worth?.size == size, "\(gain)")
        }
    }

    @Test("Where first requests are most of the misses, the trace is too short to tell sizes apart")
    func warmUp() {
        let results = curve([(10, 300), (20, 599), (40, 601), (80, 800)])
        #expect(SizeAdvice(for: .lru, from: results, distinctKeys: 200)?.warmUpSize == 40)
        #expect(SizeAdvice(for: .lru, from: results, distinctKeys: 100)?.warmUpSize == nil)
        #expect(SizeAdvice(for: .lru, from: results, distinctKeys: 351)?.warmUpSize == 10)
    }

    @Test("Neighbours are the next tried, and there is no advice without results")
    func neighbours() throws {
        let results = curve([(10, 300), (20, 500), (40, 505)])
        let advice = try #require(SizeAdvice(for: .lru, from: results, distinctKeys: 40))
        #expect(advice.previous(before: results[0]) == nil && advice.next(after: results[2]) == nil)
        #expect(advice.previous(before: results[1]) == results[0] && advice.next(after: results[1]) == results[2])
        #expect(abs(results[1].gain(over: results[0]) - 20) < 1e-9)
        #expect(SizeAdvice(for: .sieve, from: results, distinctKeys: 40) == nil)
        let nothing = [SimulationResult(policy: .lru, size: 1, requests: 0, hits: 0)]
        #expect(SizeAdvice(for: .lru, from: nothing, distinctKeys: 0) == nil)
    }
}
