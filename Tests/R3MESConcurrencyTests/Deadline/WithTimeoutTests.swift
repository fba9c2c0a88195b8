// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESConcurrency

@Suite("withTimeout")
struct WithTimeoutTests {
    private struct Failure: Error {}

    let clock = TestClock()

    /// Moves the clock on once the timer sleeps.
    private func pass(_ duration: Duration) async {
        await clock.waitForSleepers()
        clock.advance(by: duration)
    }

    @Test("an operation that ends in time returns its value or throws its own error")
    func inTime() async throws {
        #expect(try await withTimeout(.seconds(1), clock: clock) { 42 } == 42)
        await #expect(throws: Failure.self) {
            try await withTimeout(.seconds(1), clock: clock) { throw Failure() }
        }
    }

    @Test("at the timeout the operation is cancelled and awaited")
    func cancelled() async throws {
        let ended = Record<Bool>()
        let clock = clock
        let caller = Task {
            try await withTimeout(.seconds(1), clock: clock) {
                defer { ended.add(Task.isCancelled) }
                try await Task.sleep(for: .seconds(1_000))
            }
        }
        await pass(.seconds(1))
        await #expect { try await caller.value } throws: { error in
            code(of: error) == .timedOut && (error as? ConcurrencyError)?.underlying == nil
        }
        #expect(ended.values == [true])
    }

    @Test("an operation that ignores its cancellation is left behind after the grace period, and counted while it runs")
    func abandoned() async throws {
        let gate = Gate()
        let metrics = TimeoutMetrics()
        let clock = clock
        let caller = Task {
            try await withTimeLimit(
                .after(.seconds(1), clock: clock),
                cause: .timedOut,
                gracePeriod: .milliseconds(2),
                timers: .on(clock),
                metrics: metrics
            ) {
                await gate.wait()
            }
        }
        await eventually { gate.waiting == 1 }
        await pass(.seconds(1))
        await pass(.milliseconds(2))
        await #expect { try await caller.value } throws: { code(of: $0) == .timedOut }
        #expect(metrics.abandonedRunning == 1)
        gate.open()
        await eventually { metrics.abandonedRunning == 0 }
    }

    @Test("a value that comes in the grace period is not thrown away")
    func valueInGracePeriod() async throws {
        let clock = clock
        let caller = Task {
            try await withTimeout(.seconds(1), clock: clock) {
                try? await Task.sleep(for: .seconds(1_000))
                return "committed"
            }
        }
        await pass(.seconds(1))
        #expect(try await caller.value == "committed")
    }

    @Test("the timeout does not hide what the operation really died of")
    func underlyingError() async throws {
        let clock = clock
        let caller = Task {
            try await withTimeout(.seconds(1), clock: clock) {
                try? await Task.sleep(for: .seconds(1_000))
                throw Failure()
            }
        }
        await pass(.seconds(1))
        await #expect { try await caller.value } throws: { error in
            (error as? ConcurrencyError)?.underlying is Failure
        }
    }

    @Test("a cancelled caller is back though the operation ignores it", arguments: [Duration.zero, .milliseconds(2)])
    func callerCancelled(gracePeriod: Duration) async throws {
        let gate = Gate()
        let clock = clock
        let caller = Task {
            try await withTimeout(.seconds(1), gracePeriod: gracePeriod, clock: clock) { await gate.wait() }
        }
        await eventually { gate.waiting == 1 }
        caller.cancel()
        if gracePeriod > .zero {
            await eventually { clock.sleeperCount == 1 }
            clock.advance(by: gracePeriod)
        }
        await #expect(throws: CancellationError.self) { try await caller.value }
        gate.open()
    }

    @Test("cancellation of the caller reaches the operation")
    func cancellationPropagates() async throws {
        let clock = clock
        let gate = Gate()
        let caller = Task {
            try await withTimeout(.seconds(1), clock: clock) {
                gate.open()
                try await Task.sleep(for: .seconds(1_000))
            }
        }
        await gate.wait()
        caller.cancel()
        await #expect(throws: CancellationError.self) { try await caller.value }
    }

    @Test("an earlier deadline in force strikes first and is named as the cause")
    func earlierDeadline() async throws {
        let clock = clock
        let deadline = Deadline.after(.seconds(1), clock: clock)
        let caller = Task {
            try await withDeadline(deadline) {
                try await withTimeout(.seconds(60), clock: clock) {
                    #expect(Deadline.current == deadline)
                    try await Task.sleep(for: .seconds(1_000))
                }
            }
        }
        await pass(.seconds(1))
        await #expect { try await caller.value } throws: { code(of: $0) == .deadlineExceeded }
    }

    @Test("the operation sees the time limit as its deadline and inherits task-local values")
    func taskLocals() async throws {
        enum Local {
            @TaskLocal static var value = 0
        }
        let expected = Deadline.after(.seconds(3), clock: clock)
        try await Local.$value.withValue(7) {
            try await withTimeout(.seconds(3), clock: clock) {
                #expect(Local.value == 7)
                #expect(Deadline.current == expected)
            }
        }
    }

    @Test("no time at all never starts the operation", arguments: [Duration.zero, .seconds(-1), .seconds(Int64.min)])
    func noTime(timeout: Duration) async {
        await #expect {
            try await withTimeout(timeout, clock: clock, operation: unexpected)
        } throws: {
            code(of: $0) == .timedOut
        }
    }

    @Test("a huge timeout neither traps nor returns at once")
    func hugeTimeout() async throws {
        let gate = Gate()
        let clock = clock
        let caller = Task {
            try await withTimeout(.seconds(Int64.max), clock: clock) {
                await gate.wait()
                return 1
            }
        }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(86_400))
        await eventually { gate.waiting == 1 }
        gate.open()
        #expect(try await caller.value == 1)
        #expect(try await withTimeout(.seconds(Int64.max)) { 2 } == 2)
    }

    @Test("under a storm of endings, timeouts and cancellations every caller returns and no timer is left")
    func storm() async {
        var random = SeededGenerator()
        let clock = clock
        let timers = TimerQueue.on(clock)
        let metrics = TimeoutMetrics()
        let time = Task {
            while !Task.isCancelled {
                clock.advance(by: .milliseconds(1))
                await Task.yield()
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                var random = random.split()
                group.addTask {
                    for _ in 0..<stormOperations / 500 {
                        let limit = Duration.milliseconds(Int.random(in: 1..<10, using: &random))
                        let yields = Int.random(in: 0..<20, using: &random)
                        let isDeaf = random.oneIn(2)
                        let caller = Task {
                            try await withTimeLimit(
                                .after(limit, clock: clock),
                                cause: .timedOut,
                                gracePeriod: .milliseconds(1),
                                timers: timers,
                                metrics: metrics
                            ) {
                                for _ in 0..<yields {
                                    if !isDeaf { try Task.checkCancellation() }
                                    await Task.yield()
                                }
                            }
                        }
                        if random.oneIn(3) {
                            await Task.yield()
                            caller.cancel()
                        }
                        _ = try? await caller.value
                    }
                }
            }
        }
        await eventually { timers.count == 0 && metrics.abandonedRunning == 0 }
        time.cancel()
    }
}
