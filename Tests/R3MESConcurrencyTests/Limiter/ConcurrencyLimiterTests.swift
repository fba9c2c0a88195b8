// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import R3MESTestSupport
import Testing

@Suite("ConcurrencyLimiter")
struct ConcurrencyLimiterTests {
    let clock = TestClock()
    let ledger = PermitLedger()

    private func makeLimiter(_ limit: Int, maximumWaiting: Int = 100) throws -> ConcurrencyLimiter {
        try ConcurrencyLimiter(
            configuration: .init(limit: limit, maximumWaiting: maximumWaiting),
            clock: clock,
            ledger: ledger
        )
    }

    /// Starts a task that holds a permit until the gate opens, and waits until it is in or in the queue.
    private func occupy(
        _ limiter: ConcurrencyLimiter,
        priority: PriorityClass = .normal,
        weight: Int = 1,
        deadline: Deadline? = nil,
        until gate: Gate,
        _ body: @escaping @Sendable () -> Void = {}
    ) async -> Task<Void, any Error> {
        let before = limiter.statistics
        let task = Task {
            try await limiter.withPermit(priority: priority, weight: weight, deadline: deadline) {
                body()
                await gate.wait()
            }
        }
        await eventually {
            limiter.statistics.admitted > before.admitted || limiter.statistics.waiting > before.waiting
        }
        return task
    }

    @Test("waiters enter in the order of arrival within a class, higher classes first")
    func order() async throws {
        let limiter = try makeLimiter(1)
        let gate = Gate()
        let entered = Record<String>()
        var tasks = [await occupy(limiter, until: gate)]
        for (name, priority) in [
            ("normal 1", PriorityClass.normal), ("low", .low), ("critical", .critical), ("normal 2", .normal),
            ("high 1", .high), ("high 2", .high),
        ] {
            tasks.append(await occupy(limiter, priority: priority, until: gate) { entered.add(name) })
        }
        gate.open()
        for task in tasks {
            try await task.value
        }
        #expect(entered.values == ["critical", "high 1", "high 2", "normal 1", "normal 2", "low"])
        #expect(ledger.peak == 1)
    }

    @Test("a full queue refuses at once, and says so in the statistics")
    func fullQueue() async throws {
        let limiter = try makeLimiter(1, maximumWaiting: 1)
        let gate = Gate()
        let tasks = [await occupy(limiter, until: gate), await occupy(limiter, until: gate)]
        await #expect { try await limiter.withPermit {} } throws: { code(of: $0) == .queueFull }
        gate.open()
        for task in tasks {
            try await task.value
        }
        #expect(limiter.statistics.refused.queueFull == 1)
        #expect(limiter.statistics.admitted == 2)
        #expect(limiter.statistics.inUse == 0)
    }

    @Test("a waiter leaves at its deadline and eats no permit afterwards")
    func deadline() async throws {
        let limiter = try makeLimiter(1)
        let gate = Gate()
        let holder = await occupy(limiter, until: gate)
        let waiter = await occupy(limiter, deadline: .after(.seconds(1), clock: clock), until: Gate())
        await clock.waitForSleepers()
        clock.advance(by: .seconds(1))
        await #expect { try await waiter.value } throws: { code(of: $0) == .deadlineExceeded }
        #expect(limiter.statistics.waiting == 0)
        gate.open()
        try await holder.value
        try await limiter.withPermit {}
        #expect(ledger.outstanding.isEmpty)
    }

    @Test("the deadline of the task counts without being given")
    func taskDeadline() async throws {
        let limiter = try makeLimiter(1)
        let gate = Gate()
        let holder = await occupy(limiter, until: gate)
        let waiter = Task { [clock] in
            try await withDeadline(.after(.seconds(1), clock: clock)) {
                try await limiter.withPermit(deadline: .after(.seconds(100), clock: clock)) {}
            }
        }
        await eventually { limiter.statistics.waiting == 1 }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(1))
        await #expect { try await waiter.value } throws: { code(of: $0) == .deadlineExceeded }
        gate.open()
        try await holder.value
    }

    @Test("work whose deadline has passed is not begun even if a permit is free")
    func passedDeadline() async throws {
        let limiter = try makeLimiter(1)
        let deadline = Deadline.after(.zero, clock: clock)
        await #expect {
            try await limiter.withPermit(deadline: deadline, unexpected)
        } throws: {
            code(of: $0) == .deadlineExceeded
        }
    }

    @Test("a cancelled waiter leaves at once, and those whom it held up enter")
    func cancellation() async throws {
        let limiter = try makeLimiter(2)
        let gate = Gate()
        let holder = await occupy(limiter, until: gate)
        let heavy = await occupy(limiter, weight: 2, until: gate)
        let light = await occupy(limiter, until: gate)
        #expect(limiter.statistics.waiting == 2)
        heavy.cancel()
        await #expect(throws: CancellationError.self) { try await heavy.value }
        await eventually { limiter.statistics.inUse == 2 }
        gate.open()
        try await holder.value
        try await light.value
        #expect(limiter.statistics.refused.cancelled == 1)
    }

    @Test("a cancelled task takes no permit")
    func cancelledBefore() async throws {
        let limiter = try makeLimiter(1)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await limiter.withPermit(unexpected)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(limiter.statistics.admitted == 0)
    }

    @Test("a higher limit lets waiters in at once, a lower one holds newcomers back until enough came back")
    func changingLimit() async throws {
        let limiter = try makeLimiter(1)
        let gate = Gate()
        var tasks: [Task<Void, any Error>] = []
        for _ in 0..<4 {
            tasks.append(await occupy(limiter, until: gate))
        }
        limiter.setLimit(3)
        await eventually { gate.waiting == 3 && limiter.statistics.waiting == 1 }
        limiter.setLimit(-5)
        #expect(limiter.limit == 1)
        gate.open()
        for task in tasks {
            try await task.value
        }
        #expect(ledger.peak == 3)
        #expect(limiter.statistics.inUse == 0)
    }

    @Test("a permit is kept until its work has ended, even if the caller timed out long ago")
    func permitOutlivesTimeout() async throws {
        let limiter = try makeLimiter(1)
        let gate = Gate()
        let clock = clock
        let caller = Task {
            try await withTimeout(.seconds(1), gracePeriod: .zero, clock: clock) {
                try await limiter.withPermit { await gate.wait() }
            }
        }
        await eventually { gate.waiting == 1 }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(1))
        await #expect { try await caller.value } throws: { code(of: $0) == .timedOut }
        #expect(limiter.statistics.inUse == 1, "the work is still running and must count")
        gate.open()
        await eventually { limiter.statistics.inUse == 0 }
    }

    @Test("the error of the work passes through and its permit comes back")
    func failingWork() async throws {
        struct Failure: Error {}
        let limiter = try makeLimiter(1)
        await #expect(throws: Failure.self) { try await limiter.withPermit { throw Failure() } }
        #expect(try await limiter.withPermit { 42 } == 42)
        #expect(ledger.violations == 0)
    }

    @Test("the ledger names the place that holds a permit")
    func ledgerPlace() async throws {
        let limiter = try makeLimiter(5)
        try await limiter.withPermit(weight: 3) {
            let permit = try #require(ledger.outstanding.first)
            #expect(permit.charge == 3)
            #expect(permit.file.hasSuffix("ConcurrencyLimiterTests.swift"))
        }
        #expect(ledger.outstanding.isEmpty)
        #expect(ledger.issued == 1)
    }

    @Test("a configuration that cannot work is refused with everything that is wrong")
    func configuration() {
        #expect {
            _ = try ConcurrencyLimiter(configuration: .init(limit: 0, maximumWaiting: -1))
        } throws: { error in
            code(of: error) == .invalidConfiguration
                && "\(error)".contains("limit must") && "\(error)".contains("maximumWaiting must")
        }
    }

    @Test("a limiter with waiters that left early is freed")
    func release() async throws {
        weak var weakLimiter: ConcurrencyLimiter?
        do {
            let limiter = try makeLimiter(1)
            weakLimiter = limiter
            let gate = Gate()
            let holder = await occupy(limiter, until: gate)
            let waiter = await occupy(limiter, deadline: .after(.seconds(9), clock: clock), until: gate)
            gate.open()
            try await holder.value
            try await waiter.value
        }
        await eventually { [weak weakLimiter] in weakLimiter == nil }
    }
}
