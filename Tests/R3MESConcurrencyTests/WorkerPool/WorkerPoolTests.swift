// SPDX-License-Identifier: Apache-2.0

import Logging
import R3MESConcurrency
import R3MESTestSupport
import Testing

@Suite("WorkerPool")
struct WorkerPoolTests {
    private struct Failure: Error {}

    private func makePool(
        _ workers: WorkerPool.Workers = .fixed(2),
        maximumWaiting: Int = 100,
        overflow: WorkerPool.Overflow = .wait,
        clock: TestClock = TestClock()
    ) throws -> WorkerPool {
        var configuration = WorkerPool.Configuration(workers: workers)
        configuration.maximumWaiting = maximumWaiting
        configuration.overflow = overflow
        return try WorkerPool(configuration: configuration, logger: Logger(label: "test"), clock: clock)
    }

    /// Submits jobs that end when the gate opens, one after the other, so that their order is known.
    private func fill(
        _ pool: WorkerPool,
        _ jobs: [(name: String, priority: PriorityClass)],
        until gate: Gate,
        began: Record<String> = Record()
    ) async -> [Task<String, any Error>] {
        var tasks: [Task<String, any Error>] = []
        for (name, priority) in jobs {
            let before = pool.statistics
            tasks.append(
                Task {
                    try await pool.submit(priority: priority) {
                        began.add(name)
                        await gate.wait()
                        return name
                    }
                }
            )
            await eventually {
                let now = pool.statistics
                return now.running + now.waiting + now.waitingForRoom > before.running + before.waiting
                    + before.waitingForRoom || now.refused != before.refused
            }
        }
        return tasks
    }

    @Test("jobs begin only when the pool runs, higher classes first, in order within a class")
    func order() async throws {
        let pool = try makePool(.fixed(1))
        let gate = Gate()
        let began = Record<String>()
        gate.open()
        let jobs = [("a", PriorityClass.normal), ("b", .low), ("c", .normal), ("d", .critical)]
        let tasks = await fill(pool, jobs, until: gate, began: began)
        #expect(began.values.isEmpty)
        pool.drain()
        try await pool.run()
        #expect(began.values == ["d", "a", "c", "b"])
        for (task, job) in zip(tasks, jobs) {
            #expect(try await task.value == job.0)
        }
    }

    @Test("never more jobs at once than workers, and each result reaches its own submitter")
    func results() async throws {
        let pool = try makePool(.fixed(3))
        let running = Task { try await pool.run() }
        let values = try await (0..<500).concurrentMap(maxConcurrency: 50) { number in
            try await pool.submit {
                await Task.yield()
                return (number, pool.statistics.running)
            }
        }
        #expect(values.map(\.0) == Array(0..<500))
        #expect(values.allSatisfy { $0.1 <= 3 })
        pool.drain()
        try await running.value
        #expect(pool.statistics.completed == 500)
    }

    @Test("a failing job is its submitter's trouble alone")
    func failure() async throws {
        let pool = try makePool(.fixed(1))
        let running = Task { try await pool.run() }
        await #expect(throws: Failure.self) { try await pool.submit { throw Failure() } }
        #expect(try await pool.submit { 1 } == 1)
        try await pool.handOver { throw Failure() }
        await eventually { pool.statistics.failed == 2 }
        pool.drain()
        try await running.value
        #expect(pool.statistics.completed == 1)
    }

    @Test("a job sees the task-local values and the deadline of its submitter")
    func taskLocals() async throws {
        enum Local {
            @TaskLocal static var value = 0
        }
        let clock = TestClock()
        let pool = try makePool(clock: clock)
        let running = Task { try await pool.run() }
        let deadline = Deadline.after(.seconds(9), clock: clock)
        try await Local.$value.withValue(7) {
            try await withDeadline(deadline) {
                try await pool.submit {
                    #expect(Local.value == 7)
                    #expect(Deadline.current == deadline)
                }
            }
        }
        pool.drain()
        try await running.value
    }

    @Test("a full queue refuses, if that is the rule")
    func refuse() async throws {
        let pool = try makePool(.fixed(1), maximumWaiting: 2, overflow: .refuse)
        let gate = Gate()
        let tasks = await fill(pool, [("a", .normal), ("b", .normal)], until: gate)
        await #expect { try await pool.submit {} } throws: { code(of: $0) == .queueFull }
        gate.open()
        pool.drain()
        try await pool.run()
        #expect(try await tasks[1].value == "b")
    }

    @Test("a full queue drops the oldest of the lowest class, if that is the rule")
    func dropOldest() async throws {
        let pool = try makePool(.fixed(1), maximumWaiting: 3, overflow: .dropOldest)
        let gate = Gate()
        gate.open()
        let jobs = [("high", PriorityClass.high), ("old", .normal), ("new", .normal), ("newest", .normal)]
        let tasks = await fill(pool, jobs, until: gate)
        await #expect { try await tasks[1].value } throws: { code(of: $0) == .displaced }
        await #expect { try await pool.submit(priority: .low) {} } throws: { code(of: $0) == .queueFull }
        pool.drain()
        try await pool.run()
        for index in [0, 2, 3] {
            #expect(try await tasks[index].value == jobs[index].0)
        }
    }

    @Test("a full queue makes submitters wait, and takes them in order when there is room")
    func backPressure() async throws {
        let pool = try makePool(.fixed(1), maximumWaiting: 1, overflow: .wait)
        let gate = Gate()
        let began = Record<String>()
        let jobs = ["a", "b", "c", "d"].map { ($0, PriorityClass.normal) }
        let tasks = await fill(pool, jobs, until: gate, began: began)
        #expect(pool.statistics.waiting == 1)
        #expect(pool.statistics.waitingForRoom == 3)
        tasks[1].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[1].value }
        pool.drain()
        let running = Task { try await pool.run() }
        gate.open()
        try await running.value
        #expect(began.values == ["a", "c", "d"])
        #expect(try await tasks[3].value == "d")
    }

    @Test("a cancelled submitter takes its job out of the queue, or cancels it if it runs, and leaves at once")
    func cancellation() async throws {
        let pool = try makePool(.fixed(1))
        let gate = Gate()
        let running = Task { try await pool.run() }
        await eventually { pool.statistics.workers == 1 }
        let tasks = await fill(pool, [("runs", .normal), ("waits", .normal)], until: gate)
        await eventually { gate.waiting == 1 }
        for task in tasks {
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        #expect(pool.statistics.running == 1, "a worker is busy until its job has really ended")
        gate.open()
        pool.drain()
        try await running.value
        #expect(pool.statistics.running == 0 && pool.statistics.completed == 1)
    }

    @Test("a job that waits past its deadline is never begun")
    func deadline() async throws {
        let clock = TestClock()
        let pool = try makePool(clock: clock)
        let submitter = Task {
            try await withDeadline(.after(.seconds(1), clock: clock)) { try await pool.submit(unexpected) }
        }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(1))
        await #expect { try await submitter.value } throws: { code(of: $0) == .deadlineExceeded }
        pool.drain()
        try await pool.run()
    }

    @Test("draining finishes what was accepted and refuses the rest")
    func drain() async throws {
        let pool = try makePool(.fixed(1))
        let gate = Gate()
        let running = Task { try await pool.run() }
        let tasks = await fill(pool, [("a", .normal), ("b", .normal), ("c", .low)], until: gate)
        pool.drain()
        await #expect { try await pool.submit {} } throws: { code(of: $0) == .stopped }
        gate.open()
        try await running.value
        for (task, name) in zip(tasks, ["a", "b", "c"]) {
            #expect(try await task.value == name)
        }
    }

    @Test("stopping cancels what runs, refuses what waits, and awaits the end of both")
    func stop() async throws {
        let pool = try makePool(.fixed(1), maximumWaiting: 1)
        let running = Task { try await pool.run() }
        let ended = Record<Bool>()
        let begun = Gate()
        let first = Task {
            try await pool.submit {
                defer { ended.add(Task.isCancelled) }
                begun.open()
                try await Task.sleep(for: .seconds(1_000))
            }
        }
        await begun.wait()
        let others = await fill(pool, [("waits", .normal), ("waits for room", .normal)], until: Gate())
        running.cancel()
        try await running.value
        #expect(ended.values == [true])
        await #expect(throws: CancellationError.self) { try await first.value }
        for other in others {
            await #expect { try await other.value } throws: { code(of: $0) == .stopped }
        }
    }

    @Test("a pool can be run once")
    func runTwice() async throws {
        let pool = try makePool()
        pool.drain()
        try await pool.run()
        await #expect { try await pool.run() } throws: { code(of: $0) == .stopped }
    }

    @Test("adaptive workers become more while jobs stay fast, and fewer when they get slow")
    func adaptive() async throws {
        let clock = TestClock()
        let algorithm = AIMDLimit(initial: 2, range: 1...10, latencyThreshold: .milliseconds(100))
        let pool = try makePool(.adaptive(algorithm), clock: clock)
        let running = Task { try await pool.run() }
        try await (0..<200).concurrentForEach(maxConcurrency: 20) { _ in try await pool.submit { await Task.yield() } }
        #expect(pool.statistics.workers > 5)
        for _ in 0..<200 {
            try await pool.submit { clock.advance(by: .seconds(1)) }
        }
        #expect(pool.statistics.workers < 5)
        pool.drain()
        try await running.value
    }

    @Test("a configuration that cannot work is refused")
    func configuration() {
        #expect {
            _ = try makePool(.fixed(0), maximumWaiting: 0)
        } throws: { error in
            code(of: error) == .invalidConfiguration && "\(error)".contains("1 worker")
        }
    }
}
