// SPDX-License-Identifier: Apache-2.0

import Logging
import R3MESConcurrency
import R3MESTestSupport
import ServiceLifecycle
import Testing

@Suite("WorkerPool as a service")
struct WorkerPoolServiceTests {
    @Test("graceful shutdown finishes the jobs that were handed over")
    func gracefulShutdown() async throws {
        let pool = try WorkerPool(configuration: .init(workers: .fixed(2)), logger: Logger(label: "test"))
        let done = Record<Int>()
        let gate = Gate()
        let group = ServiceGroup(configuration: .init(services: [pool], logger: Logger(label: "test")))
        let running = Task { try await group.run() }
        for number in 0..<20 {
            try await pool.handOver {
                await gate.wait()
                done.add(number)
            }
        }
        await eventually { gate.waiting == 2 }
        await group.triggerGracefulShutdown()
        gate.open()
        try await running.value
        #expect(done.values.sorted() == Array(0..<20))
    }

    @Test(
        "under a storm of submissions, cancellations and failures no job is lost, whatever the overflow rule",
        arguments: [WorkerPool.Overflow.wait, .refuse, .dropOldest]
    )
    func storm(overflow: WorkerPool.Overflow) async throws {
        struct Failure: Error {}
        var random = SeededGenerator()
        var configuration = WorkerPool.Configuration(workers: .fixed(3))
        configuration.maximumWaiting = 10
        configuration.overflow = overflow
        let pool = try WorkerPool(configuration: configuration, logger: Logger(label: "test"))
        let running = Task { try await pool.run() }
        let begun = Tally()
        let ended = Tally()
        let count = stormOperations / 3 / 60 * 60
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<60 {
                var random = random.split()
                group.addTask {
                    for _ in 0..<count / 60 {
                        let priority = PriorityClass.allCases[Int.random(in: 0..<4, using: &random)]
                        let fails = random.oneIn(10)
                        let submitter = Task {
                            try await pool.submit(priority: priority) {
                                begun.add()
                                defer { ended.add() }
                                await Task.yield()
                                if fails {
                                    throw Failure()
                                }
                            }
                        }
                        if random.oneIn(4) {
                            await Task.yield()
                            submitter.cancel()
                        }
                        _ = await submitter.result
                    }
                }
            }
        }
        pool.drain()
        try await running.value
        let statistics = pool.statistics
        #expect(begun.count == ended.count, "seed \(random.seed)")
        #expect(statistics.completed + statistics.failed == ended.count, "seed \(random.seed)")
        #expect(
            statistics.completed + statistics.failed + statistics.refused.total == count,
            "every job ended or was refused; seed \(random.seed)"
        )
        #expect(statistics.running == 0 && statistics.waiting == 0 && statistics.waitingForRoom == 0)
    }
}
