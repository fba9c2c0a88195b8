// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESConcurrency

@Suite("SingleFlight")
struct SingleFlightTests {
    private struct Failure: Error {}

    let clock = TestClock()
    let flights: SingleFlight<String, Int>

    init() {
        flights = SingleFlight(clock: clock)
    }

    /// Starts callers of the same work and waits until they are all aboard.
    private func board(
        _ count: Int,
        _ key: String = "key",
        operation: @escaping @Sendable () async throws -> Int
    ) async -> [Task<Int, any Error>] {
        let before = flights.waiterCount(for: key)
        let tasks = (0..<count).map { _ in
            Task { [flights] in try await flights.run(key, operation: operation) }
        }
        await eventually { [flights] in flights.waiterCount(for: key) == before + count }
        return tasks
    }

    @Test("many callers share one execution and its value")
    func sharing() async throws {
        let gate = Gate()
        let executions = Record<Int>()
        let callers = await board(100) {
            executions.add(1)
            await gate.wait()
            return 42
        }
        gate.open()
        for caller in callers {
            #expect(try await caller.value == 42)
        }
        #expect(executions.values.count == 1)
        #expect(flights.count == 0)
    }

    @Test("an error is shared, and the next caller tries anew")
    func sharedError() async throws {
        let gate = Gate()
        let callers = await board(10) {
            await gate.wait()
            throw Failure()
        }
        gate.open()
        for caller in callers {
            await #expect(throws: Failure.self) { try await caller.value }
        }
        #expect(try await flights.run("key") { 1 } == 1)
    }

    @Test("keys do not wait for one another")
    func keys() async throws {
        let gate = Gate()
        let slow = await board(1, "slow") {
            await gate.wait()
            return 1
        }
        #expect(try await flights.run("fast") { 2 } == 2)
        gate.open()
        #expect(try await slow[0].value == 1)
    }

    @Test("the caller that began the work can leave, and the others still get it")
    func firstLeaves() async throws {
        let gate = Gate()
        let cancelled = Record<Bool>()
        let operation: @Sendable () async throws -> Int = {
            await gate.wait()
            cancelled.add(Task.isCancelled)
            return 7
        }
        let first = await board(1, operation: operation)
        let others = await board(3, operation: operation)
        first[0].cancel()
        await #expect(throws: CancellationError.self) { try await first[0].value }
        gate.open()
        for caller in others {
            #expect(try await caller.value == 7)
        }
        #expect(cancelled.values == [false])
    }

    @Test("only when the last caller has left is the work cancelled, and a newcomer begins it anew")
    func lastLeaves() async throws {
        let gate = Gate()
        let cancelled = Record<Bool>()
        let callers = await board(5) {
            await gate.wait()
            cancelled.add(Task.isCancelled)
            return 1
        }
        for caller in callers {
            caller.cancel()
            await #expect(throws: CancellationError.self) { try await caller.value }
        }
        #expect(flights.count == 0)
        #expect(try await flights.run("key") { 2 } == 2)
        gate.open()
        await eventually { cancelled.values == [true] }
    }

    @Test("a caller leaves at its own deadline, which binds neither the others nor the work")
    func deadlines() async throws {
        let gate = Gate()
        let clock = clock
        let operation: @Sendable () async throws -> Int = {
            #expect(Deadline.current == nil)
            await gate.wait()
            return 3
        }
        let hurried = Task { [flights] in
            try await withDeadline(.after(.seconds(1), clock: clock)) {
                try await flights.run("key", operation: operation)
            }
        }
        await eventually { gate.waiting == 1 }
        let patient = await board(1, operation: operation)
        await clock.waitForSleepers()
        clock.advance(by: .seconds(1))
        await #expect { try await hurried.value } throws: { code(of: $0) == .deadlineExceeded }
        gate.open()
        #expect(try await patient[0].value == 3)
    }

    @Test("the work inherits the task-local values of the caller that began it")
    func taskLocals() async throws {
        enum Local {
            @TaskLocal static var name = "none"
        }
        let name = try await Local.$name.withValue("first") {
            try await SingleFlight<Int, String>().run(1) { Local.name }
        }
        #expect(name == "first")
    }

    @Test("work that asks for its own key is refused instead of waiting for ever")
    func reentrancy() async throws {
        let flights = flights
        await #expect {
            _ = try await flights.run("a") {
                try await flights.run("b") {
                    try await flights.run("a") { 1 }
                }
            }
        } throws: {
            code(of: $0) == .reentrantCall
        }
        #expect(try await flights.run("a") { try await flights.run("b") { 5 } } == 5)
    }

    @Test("after forget a newcomer begins anew, and those who wait get the old result")
    func forget() async throws {
        let gate = Gate()
        let old = await board(2) {
            await gate.wait()
            return 1
        }
        flights.forget("key")
        #expect(try await flights.run("key") { 2 } == 2)
        gate.open()
        for caller in old {
            #expect(try await caller.value == 1)
        }
        #expect(flights.count == 0)
    }

    @Test("a cancelled caller begins nothing")
    func cancelledBefore() async {
        let flights = flights
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await flights.run("key") {
                Issue.record("was begun")
                return 1
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("under a storm of callers and cancellations everyone gets its own key's value or leaves, and nothing is left")
    func storm() async {
        var random = SeededGenerator()
        let flights = SingleFlight<Int, Int>()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                var random = random.split()
                group.addTask {
                    for _ in 0..<stormOperations / 200 {
                        let key = Int.random(in: 0..<8, using: &random)
                        let yields = Int.random(in: 0..<4, using: &random)
                        let caller = Task {
                            try await flights.run(key) {
                                for _ in 0..<yields {
                                    await Task.yield()
                                }
                                try Task.checkCancellation()
                                return key
                            }
                        }
                        if random.oneIn(3) {
                            await Task.yield()
                            caller.cancel()
                        } else if random.oneIn(20) {
                            flights.forget(key)
                        }
                        switch await caller.result {
                        case .success(let value): verify(value == key, "got another key's value")
                        case .failure(let error):
                            verify(caller.isCancelled, "a caller that stayed got \(error) of those who left")
                        }
                    }
                }
            }
        }
        #expect(flights.count == 0, "seed \(random.seed)")
    }
}
