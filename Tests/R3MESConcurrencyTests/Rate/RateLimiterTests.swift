// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import R3MESTestSupport
import Testing

@Suite("RateLimiter")
struct RateLimiterTests {
    let clock = TestClock()

    @Test("each key has a limit of its own, which comes back with time")
    func keys() throws {
        let limiter = try RateLimiter<String>(
            configuration: .init(limit: RateLimit(2, per: .seconds(1))),
            clock: clock
        )
        #expect(limiter.allow("a").isAllowed)
        #expect(limiter.allow("a").isAllowed)
        #expect(limiter.allow("b", cost: 2).isAllowed)
        let denied = limiter.allow("a")
        #expect(denied.retryAfter == .milliseconds(500))
        clock.advance(by: .milliseconds(500))
        #expect(limiter.allow("a").isAllowed)
        #expect(!limiter.allow("b", cost: 2).isAllowed)
        #expect(limiter.statistics.allowed == 4)
        #expect(limiter.statistics.denied == 2)
    }

    @Test("asking with no cost takes nothing")
    func peek() throws {
        let limiter = try RateLimiter<Int>(configuration: .init(limit: RateLimit(5, per: .seconds(1))), clock: clock)
        #expect(limiter.allow(1, cost: 3).remaining == 2)
        #expect(limiter.allow(1, cost: 0).remaining == 2)
        #expect(limiter.allow(1, cost: -7).remaining == 2)
    }

    @Test("agrees with one algorithm per key under random traffic")
    func matchesModel() throws {
        var random = SeededGenerator()
        let limit = RateLimit(7, per: .milliseconds(100), burst: 4)
        let limiter = try RateLimiter<Int>(configuration: .init(limit: limit, maximumKeys: 20_000), clock: clock)
        let algorithm = try GCRA(limit)
        var arrivals: [Int: Int64] = [:]
        // Any time will do for the reference, as long as it runs as fast as the clock.
        var now: Int64 = 1
        for event in 0..<50_000 {
            let step = Int64.random(in: 0...100_000, using: &random)
            clock.advance(by: .nanoseconds(step))
            now += step
            let key = Int.random(in: 0..<500, using: &random)
            let cost = Int.random(in: 0...5, using: &random)
            let expected = algorithm.decide(cost: cost, arrival: &arrivals[key, default: 0], now: now)
            verify(limiter.allow(key, cost: cost) == expected, "seed \(random.seed), event \(event)")
        }
    }

    @Test("tasks that share a key never get more than its burst together")
    func concurrency() async throws {
        let limiter = try RateLimiter<String>(
            configuration: .init(limit: RateLimit(100, per: .seconds(1))),
            clock: clock
        )
        let allowed = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<50 {
                group.addTask { (0..<100).count { _ in limiter.allow("key").isAllowed } }
            }
            return await group.reduce(0, +)
        }
        #expect(allowed == 100)
        #expect(limiter.statistics.denied == 4_900)
    }

    @Test("can stand behind the protocol that a shared limiter stands behind as well")
    func existential() async throws {
        let limiter: any RateLimiting<String> = try RateLimiter<String>(
            configuration: .init(limit: RateLimit(1, per: .seconds(1))),
            clock: clock
        )
        #expect(try await limiter.allow("a", cost: 1).isAllowed)
        #expect(try await !limiter.allow("a", cost: 1).isAllowed)
    }

    @Test("a configuration that cannot work is refused", arguments: [0, -1, Int.max])
    func configuration(maximumKeys: Int) {
        #expect {
            let limit = RateLimit(1, per: .seconds(1))
            _ = try RateLimiter<Int>(configuration: .init(limit: limit, maximumKeys: maximumKeys))
        } throws: {
            code(of: $0) == .invalidConfiguration
        }
    }
}
