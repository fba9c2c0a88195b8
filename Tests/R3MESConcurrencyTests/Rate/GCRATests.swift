// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import R3MESTestSupport
import Testing

@Suite("GCRA")
struct GCRATests {
    private let second: Int64 = 1_000_000_000

    @Test("allows a burst, then one unit per interval, to the nanosecond")
    func burstThenRate() throws {
        let algorithm = try GCRA(RateLimit(10, per: .seconds(1), burst: 3))
        var arrival: Int64 = 0
        let now = 5 * second
        for remaining in [2, 1, 0] {
            let decision = algorithm.decide(cost: 1, arrival: &arrival, now: now)
            #expect(decision.isAllowed && decision.remaining == remaining && decision.retryAfter == nil)
        }
        let denied = algorithm.decide(cost: 1, arrival: &arrival, now: now)
        #expect(!denied.isAllowed)
        #expect(denied.retryAfter == .milliseconds(100))
        #expect(denied.resetAfter == .milliseconds(300))
        #expect(!algorithm.decide(cost: 1, arrival: &arrival, now: now + 99_999_999).isAllowed)
        #expect(algorithm.decide(cost: 1, arrival: &arrival, now: now + 100_000_000).isAllowed)
    }

    @Test("waiting for retryAfter is enough, and a nanosecond less is not", arguments: 0..<20)
    func exactRetryAfter(_: Int) throws {
        var random = SeededGenerator()
        let limit = RateLimit(
            Int.random(in: 1...1_000, using: &random),
            per: .milliseconds(Int.random(in: 1...100_000, using: &random)),
            burst: Int.random(in: 1...50, using: &random)
        )
        let algorithm = try GCRA(limit)
        var arrival: Int64 = 0
        var now = second
        for event in 0..<500 {
            let comment = "seed \(random.seed), event \(event), \(limit)"
            now += Int64.random(in: 0...algorithm.emissionInterval * 2, using: &random)
            let cost = Int.random(in: 0...limit.burst, using: &random)
            let decision = algorithm.decide(cost: cost, arrival: &arrival, now: now)
            guard let retryAfter = decision.retryAfter else {
                verify(decision.isAllowed, comment)
                continue
            }
            let wait = retryAfter.components.seconds * second + retryAfter.components.attoseconds / second
            var copy = arrival
            verify(!algorithm.decide(cost: cost, arrival: &copy, now: now + wait - 1).isAllowed, comment)
            verify(algorithm.decide(cost: cost, arrival: &copy, now: now + wait).isAllowed, comment)
        }
    }

    @Test("equals a token bucket that fills continuously", arguments: 0..<20)
    func tokenBucket(_: Int) throws {
        var random = SeededGenerator()
        let burst = Int.random(in: 1...20, using: &random)
        let interval = Int64.random(in: 1...1_000, using: &random)
        let algorithm = try GCRA(RateLimit(1, per: .nanoseconds(interval), burst: burst))
        var arrival: Int64 = 0
        var now: Int64 = 1_000
        // The bucket's level in nanoseconds of filling, so that the reference is exact as well.
        var level = interval * Int64(burst)
        for event in 0..<5_000 {
            let comment = "seed \(random.seed), event \(event)"
            let pause = Int64.random(in: 0...interval * 2, using: &random)
            now += pause
            level = min(level + pause, interval * Int64(burst))
            let cost = Int.random(in: 0...burst + 1, using: &random)
            let expected = Int64(cost) * interval <= level
            let decision = algorithm.decide(cost: cost, arrival: &arrival, now: now)
            verify(decision.isAllowed == expected, comment)
            if expected {
                level -= Int64(cost) * interval
            }
            verify(decision.remaining == Int(level / interval), comment)
            verify(decision.resetAfter == .nanoseconds(interval * Int64(burst) - level), comment)
        }
    }

    @Test("more than a burst is never allowed, and no wait is promised for it")
    func impossible() throws {
        let algorithm = try GCRA(RateLimit(10, per: .seconds(1)))
        var arrival: Int64 = 0
        for cost in [11, Int.max] {
            let decision = algorithm.decide(cost: cost, arrival: &arrival, now: second)
            #expect(!decision.isAllowed && decision.retryAfter == nil && decision.remaining == 10)
        }
        #expect(arrival == 0)
    }

    @Test("odd numbers neither trap nor lock anyone out for longer than a burst")
    func oddNumbers() throws {
        let algorithm = try GCRA(RateLimit(1, per: .seconds(1), burst: 5))
        for now in [Int64.min, -1, 0, 1, .max - 1, .max] {
            for start in [Int64.min, -1, 0, 1, .max] {
                for cost in [Int.min, -1, 0, 1, 5, 6, .max] {
                    var arrival = start
                    let decision = algorithm.decide(cost: cost, arrival: &arrival, now: now)
                    #expect(decision.resetAfter <= .seconds(5))
                    #expect((0...5).contains(decision.remaining))
                }
            }
        }
    }

    @Test(
        "limits that make no sense are refused",
        arguments: [
            RateLimit(0, per: .seconds(1)), RateLimit(-1, per: .seconds(1)), RateLimit(1, per: .zero),
            RateLimit(1, per: .seconds(-1)), RateLimit(1, per: .seconds(1), burst: 0),
            RateLimit(1, per: .seconds(1), burst: .max), RateLimit(1, per: .seconds(Int64.max)),
        ]
    )
    func invalid(limit: RateLimit) {
        #expect {
            _ = try GCRA(limit)
        } throws: {
            code(of: $0) == .invalidConfiguration
        }
    }
}
