// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESNetwork

@Suite("LatencyEstimate")
struct LatencyEstimateTests {
    @Test("a quantile is never too low, and at most an eighth too high", arguments: [0.5, 0.9, 0.95, 0.99])
    func accuracy(share: Double) throws {
        var generator = SeededGenerator()
        var estimate = LatencyEstimate(halfLife: 100_000)
        let samples = (0..<5_000).map { _ in
            Int.random(in: 20...2_000, using: &generator) * Int.random(in: 1...100, using: &generator)
        }
        for sample in samples {
            estimate.record(.microseconds(sample))
        }
        let exact = Duration.microseconds(samples.sorted()[Int((share * 5_000).rounded(.up)) - 1])
        let estimated = try #require(estimate.quantile(share))
        #expect(exact <= estimated && estimated <= exact * 1.1251, "seed \(generator.seed)")
    }

    @Test("follows a change within a few half-lives")
    func forgets() throws {
        var estimate = LatencyEstimate(halfLife: 100)
        for _ in 0..<10_000 { estimate.record(.milliseconds(1)) }
        for _ in 0..<600 { estimate.record(.milliseconds(100)) }
        #expect(try #require(estimate.quantile(0.05)) > .milliseconds(50))
        #expect(estimate.count <= 300)
    }

    @Test(
        "every duration has a bucket",
        arguments: [Duration.zero, .seconds(-5), .nanoseconds(1), .seconds(3_600), .seconds(Int64.max)]
    )
    func extremes(duration: Duration) throws {
        var estimate = LatencyEstimate()
        estimate.record(duration)
        let quantile = try #require(estimate.quantile(0.95))
        #expect((.microseconds(16) ... .seconds(70)).contains(quantile))
    }

    @Test("the delay of a hedge keeps to its bounds, and waits for enough samples")
    func delay() {
        let policy = HedgingPolicy(minimumDelay: .milliseconds(2), maximumDelay: .milliseconds(50), minimumSamples: 10)
        var estimate = LatencyEstimate()
        for count in 0..<10 {
            #expect(policy.delay(for: estimate) == nil, "after \(count)")
            estimate.record(.microseconds(100))
        }
        #expect(policy.delay(for: estimate) == .milliseconds(2))
        for _ in 0..<90 { estimate.record(.seconds(1)) }
        #expect(policy.delay(for: estimate) == .milliseconds(50))
    }
}
