// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESConcurrency
import R3MESMemory
import Upstream

/// Budgets 16 and 17: objects are used again, and none is left.
enum MemoryBudgets {
    static func run(overhead: [Comparison.Outcome]) async throws -> [Budget] {
        [try await reuse(overhead), try await reclamation()]
    }

    /// 16 tasks that hold an object while others get their turn.
    private static func reuse(_ overhead: [Comparison.Outcome]) async throws -> Budget {
        let pool = try ObjectPool<Payload>(make: { Payload() })
        await withTaskGroup { group in
            for _ in 0..<16 {
                group.addTask {
                    for _ in 0..<10_000 {
                        await pool.withObject { _ in await Task.yield() }
                    }
                }
            }
        }
        let ratio = pool.statistics.reuseRatio
        let cost = Comparison.median(of: "ObjectPool", in: overhead)
        return Budget(
            number: 16,
            name: "objects used again, 16 tasks",
            aim: "≥ 95 %, < 100 ns",
            figure: "\(Figure.plain(ratio * 100)) %, \(Figure.nanoseconds(cost)) to take and give back",
            isReached: ratio >= 0.95 && cost < 100
        )
    }

    /// 20,000 pieces of work, each with an object: some succeed, some fail, some are cancelled, some time out.
    private static func reclamation() async throws -> Budget {
        let tracker = LeakTracker()
        let pool = try WorkerPool(configuration: .init(workers: .fixed(8)), logger: .silent)
        let limiter = try ConcurrencyLimiter(configuration: .init(limit: 8))
        let flight = SingleFlight<Int, Int>()
        try await LeakTracker.$current.withValue(tracker) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await pool.run() }
                let workers = (0..<16).map { worker in
                    Task {
                        var generator = SeededGenerator(seed: UInt64(worker))
                        for _ in 0..<1_250 {
                            await storm(pool, limiter, flight, fate: generator.next())
                        }
                    }
                }
                for worker in workers {
                    await worker.value
                }
                pool.drain()
                try await group.waitForAll()
            }
        }
        let left = tracker.report().count
        return Budget(
            number: 17,
            name: "objects left of 20,000, after failures and cancellations",
            aim: "none",
            figure: "\(left)",
            isReached: left == 0
        )
    }

    private static func storm(
        _ pool: WorkerPool,
        _ limiter: ConcurrencyLimiter,
        _ flight: SingleFlight<Int, Int>,
        fate: UInt64
    ) async {
        let payload = Payload()
        LeakTracker.track(payload)
        let work = Task {
            try await withTimeout(.milliseconds(fate.isMultiple(of: 16) ? 1 : 1_000)) {
                try await limiter.withPermit {
                    try await pool.submit {
                        try await flight.run(Int(fate % 64)) {
                            if fate.isMultiple(of: 16) { try await Task.sleep(for: .milliseconds(2)) }
                            if fate.isMultiple(of: 5) { throw WrongAnswer("on purpose") }
                            await Task.yield()
                            return payload.words.count
                        }
                    }
                }
            }
        }
        if fate.isMultiple(of: 7) {
            await Task.yield()
            work.cancel()
        }
        _ = await work.result
    }
}

/// An object that is worth keeping.
private final class Payload: Sendable {
    let words = [Int](repeating: 0, count: 128)
}
