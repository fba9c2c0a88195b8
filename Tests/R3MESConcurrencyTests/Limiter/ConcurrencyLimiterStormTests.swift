// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import R3MESTestSupport
import Synchronization
import Testing

@Suite("ConcurrencyLimiter under a storm")
struct ConcurrencyLimiterStormTests {
    private let clock = TestClock()

    /// One random use of the limiter, which may be cancelled, miss its deadline or fail.
    private func use(_ limiter: ConcurrencyLimiter, _ random: inout SeededGenerator, _ inside: Occupancy) async {
        struct Failure: Error {}
        let weight = random.oneIn(10) ? Int.random(in: 0...5, using: &random) : 1
        let priority = PriorityClass.allCases[Int.random(in: 0..<4, using: &random)]
        let hurry = Duration.milliseconds(Int.random(in: 1..<20, using: &random))
        let deadline: Deadline? = random.oneIn(4) ? .after(hurry, clock: clock) : nil
        let yields = Int.random(in: 0..<3, using: &random)
        let fails = random.oneIn(20)
        let work: @Sendable () async -> Void = {
            try? await limiter.withPermit(priority: priority, weight: weight, deadline: deadline) {
                let charge = min(max(weight, 1), 3)
                inside.enter(charge)
                defer { inside.leave(charge) }
                for _ in 0..<yields {
                    await Task.yield()
                }
                if fails {
                    throw Failure()
                }
            }
        }
        guard random.oneIn(3) else {
            return await work()
        }
        let task = Task { await work() }
        for _ in 0..<Int.random(in: 0..<3, using: &random) {
            await Task.yield()
        }
        task.cancel()
        await task.value
    }

    private final class Occupancy: Sendable {
        private let state = Mutex((now: 0, peak: 0))
        var peak: Int { state.withLock { $0.peak } }

        func enter(_ charge: Int) {
            state.withLock { state in
                state.now += charge
                state.peak = max(state.peak, state.now)
            }
        }

        func leave(_ charge: Int) {
            state.withLock { $0.now -= charge }
        }
    }

    @Test("never more than 3 at once, and every permit comes back exactly once")
    func conservation() async throws {
        var random = SeededGenerator()
        let seed = random.seed
        let ledger = PermitLedger()
        let limiter = try ConcurrencyLimiter(
            configuration: .init(limit: 3, maximumWaiting: 60),
            clock: clock,
            ledger: ledger
        )
        let inside = Occupancy()
        let tasks = 100
        let time = Task { [clock] in
            while !Task.isCancelled {
                clock.advance(by: .microseconds(100))
                await Task.yield()
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<tasks {
                var random = random.split()
                group.addTask {
                    for _ in 0..<stormOperations / tasks {
                        await use(limiter, &random, inside)
                    }
                }
            }
        }
        time.cancel()
        let statistics = limiter.statistics
        #expect(inside.peak <= 3, "seed \(seed)")
        #expect(ledger.peak <= 3, "seed \(seed)")
        #expect(ledger.outstanding.isEmpty && ledger.violations == 0, "seed \(seed)")
        #expect(statistics.inUse == 0 && statistics.waiting == 0, "seed \(seed)")
        #expect(Int(ledger.issued) == statistics.admitted, "seed \(seed)")
        #expect(statistics.admitted + statistics.refused.total == stormOperations / tasks * tasks, "seed \(seed)")
        #expect(statistics.refused.cancelled > 0 && statistics.refused.queueFull > 0, "the storm was too mild")
    }

    @Test("a limit that changes all the time is never exceeded by newcomers, and nobody is forgotten")
    func changingLimit() async throws {
        var random = SeededGenerator()
        let ledger = PermitLedger()
        let limiter = try ConcurrencyLimiter(configuration: .init(limit: 1), clock: clock, ledger: ledger)
        let changes = Task { [random] in
            var random = random
            while !Task.isCancelled {
                limiter.setLimit(Int.random(in: 1...8, using: &random))
                await Task.yield()
            }
        }
        // A task group of many more children is what would be measured.
        let count = min(stormOperations / 3, 20_000)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                let weight = Int.random(in: 1...10, using: &random)
                group.addTask {
                    try? await limiter.withPermit(weight: weight) { await Task.yield() }
                }
            }
        }
        changes.cancel()
        await changes.value
        #expect(ledger.peak <= 8, "seed \(random.seed)")
        #expect(ledger.outstanding.isEmpty && ledger.violations == 0, "seed \(random.seed)")
        #expect(limiter.statistics.admitted + limiter.statistics.refused.total == count, "seed \(random.seed)")
        #expect(limiter.statistics.inUse == 0 && limiter.statistics.waiting == 0, "seed \(random.seed)")
    }
}
