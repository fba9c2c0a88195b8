// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESNetwork

@Suite("Backoff")
struct BackoffTests {
    @Test("without jitter, each wait is the one before times the multiplier, up to the maximum")
    func exponential() {
        let backoff = Backoff(base: .milliseconds(50), multiplier: 2, maximum: .milliseconds(300), jitter: .none)
        var generator = SeededGenerator(seed: 1)
        let waits = (1...5).map { backoff.wait(beforeRetry: $0, previous: nil, using: &generator) }
        #expect(waits == [50, 100, 200, 300, 300].map { .milliseconds($0) })
    }

    @Test("full jitter stays between zero and the exponential wait, and uses the whole range")
    func fullJitter() {
        var generator = SeededGenerator()
        let backoff = Backoff(base: .milliseconds(100), maximum: .seconds(1), jitter: .full)
        let waits = (0..<2_000).map { _ in backoff.wait(beforeRetry: 2, previous: nil, using: &generator) }
        #expect(waits.allSatisfy { (.zero ... .milliseconds(200)).contains($0) }, "seed \(generator.seed)")
        #expect(waits.contains { $0 < .milliseconds(20) } && waits.contains { $0 > .milliseconds(180) })
    }

    @Test("decorrelated jitter stays between the base and three times the wait before, under the maximum")
    func decorrelatedJitter() {
        var generator = SeededGenerator()
        let backoff = Backoff(base: .milliseconds(10), maximum: .milliseconds(500), jitter: .decorrelated)
        var previous: Duration?
        for retry in 1...2_000 {
            let wait = backoff.wait(beforeRetry: retry, previous: previous, using: &generator)
            let high = min((previous ?? .milliseconds(10)) * 3, .milliseconds(500))
            #expect((.milliseconds(10)...high).contains(wait), "seed \(generator.seed)")
            previous = wait
        }
    }

    @Test("odd retry numbers have a wait too", arguments: [Int.min, -1, 0, 64, 65, Int.max])
    func oddNumbers(retry: Int) {
        var generator = SeededGenerator(seed: 1)
        let backoff = Backoff(base: .milliseconds(1), multiplier: 100, maximum: .seconds(86_400), jitter: .none)
        let wait = backoff.wait(beforeRetry: retry, previous: nil, using: &generator)
        #expect(wait == (retry < 1 ? .milliseconds(1) : .seconds(86_400)))
    }

    @Test("a maximum below the base wins", arguments: [Backoff.Jitter.none, .full, .decorrelated])
    func maximumBelowBase(jitter: Backoff.Jitter) {
        var generator = SeededGenerator(seed: 1)
        let backoff = Backoff(base: .seconds(1), maximum: .milliseconds(10), jitter: jitter)
        #expect(backoff.wait(beforeRetry: 3, previous: .seconds(1), using: &generator) <= .milliseconds(10))
    }
}
