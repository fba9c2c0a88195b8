// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Harness
import R3MESConcurrency
import R3MESNetwork
import Upstream

/// Budgets 21 and 22: waiting side by side, and never more than allowed.
enum ConcurrencyBudgets {
    static func run(
        client: ResilientClient,
        upstream: String,
        overhead: [Comparison.Outcome],
        operations: Int
    ) async throws -> [Budget] {
        [
            try await fourAtOnce(client, upstream, overhead),
            try await neverMore(operations: operations),
            cost(overhead),
        ]
    }

    private static func fourAtOnce(
        _ client: ResilientClient,
        _ upstream: String,
        _ overhead: [Comparison.Outcome]
    ) async throws -> Budget {
        let request = ClientRequest(.get, upstream + "/wait")
        func time(concurrency: Int) async throws -> Double {
            let start = ContinuousClock.now
            try await (0..<4).concurrentForEach(maxConcurrency: concurrency) { _ in
                _ = try await client.execute(request)
            }
            return start.duration(to: .now).seconds
        }
        var ratios: [Double] = []
        for _ in 0..<15 {
            ratios.append(try await time(concurrency: 1) / time(concurrency: 4))
        }
        let ratio = Quantiles(ratios).at(0.5)
        let element = Comparison.median(of: "concurrentMap", in: overhead)
        return Budget(
            number: 21,
            name: "4 operations that wait",
            aim: "speed-up > 3.8",
            figure: "\(Figure.ratio(ratio)); \(Figure.nanoseconds(element)) an element",
            isReached: ratio > 3.8
        )
    }

    /// Every operation has a task of its own, of any weight and class; every eighth is cancelled.
    private static func neverMore(operations: Int) async throws -> Budget {
        let ledger = PermitLedger()
        let limiter = try ConcurrencyLimiter(configuration: .init(limit: 3, maximumWaiting: 1_000), ledger: ledger)
        let inside = Tally()
        let most = Tally()
        await withTaskGroup { group in
            for worker in 0..<64 {
                group.addTask {
                    var generator = SeededGenerator(seed: UInt64(worker))
                    for _ in 0..<operations / 64 {
                        let weight = Int.random(in: 1...3, using: &generator)
                        let priority = PriorityClass.allCases.randomElement(using: &generator) ?? .normal
                        let yields = generator.oneIn(2)
                        let operation = Task {
                            try await limiter.withPermit(priority: priority, weight: weight) {
                                most.raise(to: inside.add(weight))
                                if yields { await Task.yield() }
                                inside.add(-weight)
                            }
                        }
                        if generator.oneIn(8) { operation.cancel() }
                        _ = await operation.result
                    }
                }
            }
        }
        let (peak, left) = (most.value, ledger.outstanding.count + ledger.violations)
        return Budget(
            number: 22,
            name: "\(operations) operations under a limit of 3, with cancellations",
            aim: "never more than 3",
            figure: "at most \(peak); \(left) permits lost or given back twice",
            isReached: peak <= 3 && left == 0
        )
    }

    private static func cost(_ overhead: [Comparison.Outcome]) -> Budget {
        let cost = Comparison.median(of: "ConcurrencyLimiter", in: overhead)
        return Budget(
            number: 22,
            name: "a free permit",
            aim: "< 1 µs",
            figure: Figure.nanoseconds(cost),
            isReached: cost < 1_000
        )
    }
}
