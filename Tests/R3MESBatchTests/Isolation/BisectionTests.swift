// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESBatch

@Suite("Bisection")
struct BisectionTests {
    /// Tries parts until all are done; a part fails when it holds a bad element.
    private func run(_ elements: [Int], bad: Set<Int>, maximumCalls: Int) -> (good: [Int], failed: [[Int]], calls: Int)
    {
        var bisection = Bisection(elements, maximumCalls: maximumCalls)
        var outcome: (good: [Int], failed: [[Int]], calls: Int) = ([], [], 0)
        while let part = bisection.next() {
            outcome.calls += 1
            if bad.isDisjoint(with: part) {
                outcome.good += part
            } else if !bisection.split(part) {
                outcome.failed.append(Array(part))
            }
        }
        return outcome
    }

    @Test("finds exactly the bad elements, in order, in few calls")
    func finds() {
        var generator = SeededGenerator()
        for _ in 0..<500 {
            let elements = Array(0..<Int.random(in: 0...600, using: &generator))
            let bad = Set(
                (0..<Int.random(in: 0...6, using: &generator)).compactMap { _ in
                    elements.randomElement(using: &generator)
                }
            )
            let outcome = run(elements, bad: bad, maximumCalls: 1000)
            #expect(outcome.good == elements.filter { !bad.contains($0) }, "seed \(generator.seed)")
            #expect(outcome.failed == bad.sorted().map { [$0] }, "seed \(generator.seed)")
            #expect(outcome.calls <= 1 + bad.count * 20, "seed \(generator.seed)")
        }
    }

    @Test("keeps to its calls when everything is bad, and leaves nothing out", arguments: [0, 1, 2, 3, 7, 32])
    func isBounded(maximumCalls: Int) {
        let elements = Array(0..<500)
        let outcome = run(elements, bad: Set(elements), maximumCalls: maximumCalls)
        #expect(outcome.calls <= 1 + maximumCalls)
        #expect(outcome.failed.flatMap(\.self) == elements)
    }
}
