// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import R3MESTestSupport
import Testing

/// An algorithm that holds its limit and remembers what it was told.
private struct FixedLimit: LimitAlgorithm {
    let limit: Int
    let samples: Record<LimitSample>

    mutating func record(_ sample: LimitSample) {
        samples.add(sample)
    }
}

@Suite("AdaptiveLimiter")
struct AdaptiveLimiterTests {
    private struct Failure: Error {}

    let clock = TestClock()
    private let samples = Record<LimitSample>()

    private func makeLimiter(_ limit: Int, maximumWaiting: Int = 100) throws -> AdaptiveLimiter {
        var configuration = AdaptiveLimiter.Configuration()
        configuration.algorithm = FixedLimit(limit: limit, samples: samples)
        configuration.maximumWaiting = maximumWaiting
        return try AdaptiveLimiter(configuration: configuration, clock: clock)
    }

    private func occupy(
        _ limiter: AdaptiveLimiter,
        _ priority: PriorityClass = .normal,
        deadline: Deadline? = nil,
        until gate: Gate,
        _ body: @escaping @Sendable () -> Void = {}
    ) async -> Task<Void, any Error> {
        let before = limiter.statistics
        let task = Task {
            try await limiter.withPermit(priority: priority, deadline: deadline) {
                body()
                await gate.wait()
            }
        }
        await eventually {
            let now = limiter.statistics
            return now.admitted > before.admitted || now.waiting > before.waiting || now.refused != before.refused
        }
        return task
    }

    /// Lets the queue of a limiter stand until that counts as overload.
    private func overload(_ limiter: AdaptiveLimiter, until gate: Gate) async -> [Task<Void, any Error>] {
        var tasks = [await occupy(limiter, until: gate), await occupy(limiter, until: gate)]
        clock.advance(by: .milliseconds(60))
        tasks.append(await occupy(limiter, until: gate))
        clock.advance(by: .milliseconds(60))
        await eventually { limiter.statistics.waiting == 1 }
        #expect(limiter.statistics.isOverloaded)
        return tasks
    }

    @Test("learns from the latency of work that succeeded, waiting not included")
    func latency() async throws {
        let limiter = try makeLimiter(1)
        let gate = Gate()
        let first = await occupy(limiter, until: gate)
        let second = Task { [clock] in
            try await limiter.withPermit { clock.advance(by: .milliseconds(7)) }
        }
        await eventually { limiter.statistics.waiting == 1 }
        clock.advance(by: .milliseconds(30))
        gate.open()
        try await first.value
        try await second.value
        #expect(samples.values.map(\.latency) == [.milliseconds(30), .milliseconds(7)])
        #expect(samples.values.map(\.inFlight) == [1, 1])
    }

    @Test("a ceiling holds newcomers back whatever the algorithm finds, and taking it away lets them in")
    func ceiling() async throws {
        let limiter = try makeLimiter(3)
        let gate = Gate()
        let first = await occupy(limiter, until: gate)
        limiter.setCeiling(0)
        #expect(limiter.statistics.limit == 1)
        let second = Task { try await limiter.withPermit { limiter.statistics.inUse } }
        await eventually { limiter.statistics.waiting == 1 }
        limiter.setCeiling(nil)
        #expect(limiter.statistics.limit == 3)
        #expect(try await second.value == 2)
        gate.open()
        try await first.value
        // Finished work, from which the algorithm learns, does not lift a ceiling either.
        limiter.setCeiling(2)
        try await limiter.withPermit {}
        #expect(limiter.statistics.limit == 2)
    }

    @Test("an error of the work teaches nothing, unless it speaks of overload")
    func errors() async throws {
        let limiter = try makeLimiter(1)
        try? await limiter.withPermit { throw Failure() }
        #expect(samples.values.isEmpty)
        try? await limiter.withPermit { throw ConcurrencyError(.timedOut, "too late") }
        #expect(samples.values.map(\.isOverloaded) == [true])
        #expect(limiter.statistics.inUse == 0)
    }

    @Test("in good times a waiter may wait for the interval, then it is shed")
    func patience() async throws {
        let limiter = try makeLimiter(1)
        let gate = Gate()
        let holder = await occupy(limiter, until: gate)
        let waiter = await occupy(limiter, .low, until: gate)
        clock.advance(by: .milliseconds(99))
        #expect(limiter.statistics.waiting == 1)
        await clock.waitForSleepers()
        clock.advance(by: .milliseconds(1))
        await #expect { try await waiter.value } throws: { code(of: $0) == .shed }
        gate.open()
        try await holder.value
    }

    @Test("under overload the lowest class is shed at once and ordinary work waits for the target only")
    func shedding() async throws {
        let limiter = try makeLimiter(1)
        let gate = Gate()
        let tasks = await overload(limiter, until: gate)
        await #expect { try await limiter.withPermit(priority: .low) {} } throws: { code(of: $0) == .shed }
        let normal = await occupy(limiter, until: gate)
        let critical = await occupy(limiter, .critical, until: gate)
        await clock.waitForSleepers()
        clock.advance(by: .milliseconds(5))
        await #expect { try await normal.value } throws: { code(of: $0) == .shed }
        #expect(limiter.statistics.waiting == 2)
        gate.open()
        try await critical.value
        try await tasks[0].value
        await #expect { try await tasks[1].value } throws: { code(of: $0) == .shed }
    }

    @Test("under overload the newest goes first, in good times the oldest")
    func newestFirst() async throws {
        let limiter = try makeLimiter(1)
        let entered = Record<String>()
        let open = Gate()
        open.open()
        for isOverloaded in [false, true] {
            let gate = Gate()
            let tasks =
                isOverloaded ? await overload(limiter, until: gate) : [await occupy(limiter, until: gate)]
            let old = await occupy(limiter, until: open) { entered.add("old") }
            let new = await occupy(limiter, until: open) { entered.add("new") }
            gate.open()
            try await old.value
            try await new.value
            for task in tasks {
                _ = await task.result
            }
        }
        #expect(entered.values == ["old", "new", "new", "old"])
    }

    @Test("a full queue lets go of less important work for more important work")
    func displacement() async throws {
        let limiter = try makeLimiter(1, maximumWaiting: 1)
        let gate = Gate()
        let holder = await occupy(limiter, until: gate)
        let normal = await occupy(limiter, .normal, until: gate)
        await #expect { try await limiter.withPermit {} } throws: { code(of: $0) == .queueFull }
        let high = Task { try await limiter.withPermit(priority: .high) {} }
        await #expect { try await normal.value } throws: { code(of: $0) == .displaced }
        gate.open()
        try await holder.value
        try await high.value
    }

    @Test("work that cannot end before its deadline is not begun while other work is in flight")
    func tooLate() async throws {
        let limiter = try makeLimiter(2)
        try await limiter.withPermit { clock.advance(by: .milliseconds(50)) }
        let hurried = Deadline.after(.milliseconds(20), clock: clock)
        let gate = Gate()
        let holder = await occupy(limiter, until: gate)
        await #expect {
            try await limiter.withPermit(deadline: hurried, unexpected)
        } throws: {
            code(of: $0) == .deadlineExceeded
        }
        gate.open()
        try await holder.value
        // With nothing in flight it is tried, or nobody would ever learn that work has become faster.
        try await limiter.withPermit(deadline: hurried) {}
    }

    @Test("a waiter whose deadline has become too near is dropped when its turn comes, and the next one goes")
    func tooLateInQueue() async throws {
        let limiter = try makeLimiter(2)
        try await limiter.withPermit { clock.advance(by: .milliseconds(40)) }
        let gates = (Gate(), Gate())
        let holders = (await occupy(limiter, until: gates.0), await occupy(limiter, until: gates.1))
        let hurried = await occupy(limiter, deadline: .after(.milliseconds(60), clock: clock), until: gates.0)
        let patient = await occupy(limiter, until: gates.0)
        clock.advance(by: .milliseconds(30))
        gates.0.open()
        await #expect { try await hurried.value } throws: { code(of: $0) == .deadlineExceeded }
        try await patient.value
        gates.1.open()
        try await holders.0.value
        try await holders.1.value
    }

    @Test("a configuration that cannot work is refused")
    func configuration() {
        var configuration = AdaptiveLimiter.Configuration()
        configuration.target = .zero
        configuration.interval = .seconds(-1)
        configuration.maximumWaiting = -1
        #expect {
            _ = try AdaptiveLimiter(configuration: configuration)
        } throws: { error in
            ["target", "interval", "maximumWaiting"].allSatisfy { "\(error)".contains($0) }
        }
    }

    @Test("under a storm no permit is lost, and the limit is never exceeded")
    func storm() async throws {
        var random = SeededGenerator()
        let ledger = PermitLedger()
        var configuration = AdaptiveLimiter.Configuration()
        configuration.algorithm = AIMDLimit(initial: 4, range: 1...6)
        configuration.maximumWaiting = 30
        let limiter = try AdaptiveLimiter(configuration: configuration, clock: clock, ledger: ledger)
        let clock = clock
        let time = Task {
            while !Task.isCancelled {
                clock.advance(by: .microseconds(200))
                await Task.yield()
            }
        }
        let count = stormOperations / 3 / 60
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<60 {
                var random = random.split()
                group.addTask {
                    for _ in 0..<count {
                        let priority = PriorityClass.allCases[Int.random(in: 0..<4, using: &random)]
                        let weight = Int.random(in: 1...3, using: &random)
                        let fails = random.oneIn(10)
                        let deadline: Deadline? = random.oneIn(3) ? .after(.milliseconds(5), clock: clock) : nil
                        let caller = Task {
                            try await limiter.withPermit(priority: priority, weight: weight, deadline: deadline) {
                                await Task.yield()
                                if fails {
                                    throw ConcurrencyError(.timedOut, "too late")
                                }
                            }
                        }
                        if random.oneIn(4) {
                            await Task.yield()
                            caller.cancel()
                        }
                        _ = await caller.result
                    }
                }
            }
        }
        time.cancel()
        let statistics = limiter.statistics
        #expect(ledger.peak <= 6, "seed \(random.seed)")
        #expect(ledger.outstanding.isEmpty && ledger.violations == 0, "seed \(random.seed)")
        #expect(statistics.inUse == 0 && statistics.waiting == 0, "seed \(random.seed)")
        #expect(statistics.admitted + statistics.refused.total == count * 60, "seed \(random.seed)")
    }
}
