// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Harness
import R3MESConcurrency
import R3MESNetwork

/// Budget 23: workers are busy, the queue is bounded, and no job is lost.
enum WorkerBudgets {
    static func run(client: ResilientClient, upstream: String) async throws -> [Budget] {
        let request = ClientRequest(.get, upstream + "/wait")
        return [
            try await efficiency("200 jobs that wait, 4 workers", workers: 4, jobs: 200) {
                _ = try await client.execute(request)
            },
            try await efficiency("200 jobs that compute, 2 workers", workers: 2, jobs: 200) { compute() },
            try await boundedQueue(),
            try await drain(),
        ]
    }

    /// The time that the same jobs take in as many bare tasks, which do one after the other, in parts of the pool's time.
    ///
    /// That is the ideal of a machine that has other work too: a fixed number of processors is not what a program gets.
    private static func efficiency(
        _ name: String,
        workers: Int,
        jobs: Int,
        _ job: @escaping @Sendable @concurrent () async throws -> Void
    ) async throws -> Budget {
        var shares: [Double] = []
        for _ in 0..<5 {
            let bare = try await ContinuousClock().measure {
                try await (0..<workers).concurrentForEach(maxConcurrency: workers) { _ in
                    for _ in 0..<jobs / workers { try await job() }
                }
            }
            let pooled = try await running(workers: workers, maximumWaiting: jobs) { pool in
                try await ContinuousClock().measure {
                    try await (0..<jobs).concurrentForEach(maxConcurrency: jobs) { _ in
                        try await pool.submit { try await job() }
                    }
                }
            }
            shares.append(bare / pooled)
        }
        let share = Quantiles(shares).at(0.5)
        return Budget(
            number: 23,
            name: name,
            aim: "≥ 0.95 × ideal",
            figure: Figure.ratio(share),
            isReached: share >= 0.95
        )
    }

    private static func boundedQueue() async throws -> Budget {
        let refused = try await running(workers: 4, maximumWaiting: 10, overflow: .refuse) { pool in
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        do {
                            try await pool.submit { try await Task.sleep(for: .milliseconds(200)) }
                            return false
                        } catch {
                            return (error as? ConcurrencyError)?.code == .queueFull
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
        }
        return Budget(
            number: 23,
            name: "100 jobs at once, 4 workers, room for 10",
            aim: "86 refused",
            figure: "\(refused)",
            isReached: refused == 86
        )
    }

    private static func drain() async throws -> Budget {
        let done = Tally()
        try await running(workers: 4, maximumWaiting: 10_000) { pool in
            for _ in 0..<10_000 {
                try await pool.handOver {
                    await Task.yield()
                    done.add()
                }
            }
        }
        let count = done.value
        return Budget(
            number: 23,
            name: "10,000 jobs handed over, then drained",
            aim: "none lost",
            figure: "\(count) done",
            isReached: count == 10_000
        )
    }

    private static func running<Result: Sendable>(
        workers: Int,
        maximumWaiting: Int,
        overflow: WorkerPool.Overflow = .wait,
        _ body: (WorkerPool) async throws -> Result
    ) async throws -> Result {
        var configuration = WorkerPool.Configuration(workers: .fixed(workers))
        configuration.maximumWaiting = maximumWaiting
        configuration.overflow = overflow
        let pool = try WorkerPool(configuration: configuration, logger: .silent)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            let result = try await body(pool)
            pool.drain()
            try await group.waitForAll()
            return result
        }
    }

    /// About 2 ms of work.
    private static func compute() {
        var state: UInt = 1
        for _ in 0..<1_500_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1
        }
        Sink.take(state)
    }
}
