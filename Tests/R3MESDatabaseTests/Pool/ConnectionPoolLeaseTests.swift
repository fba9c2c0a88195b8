// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESDatabase

@Suite("Leases of ConnectionPool")
struct ConnectionPoolLeaseTests {
    @Test("one connection serves one caller after the other")
    func reuse() async throws {
        let scenario = try PoolScenario()
        var numbers: [Int] = []
        for _ in 0..<3 {
            numbers.append(try await scenario.pool.withConnection { $0.number })
        }
        #expect(numbers == [1, 1, 1])
        #expect(scenario.pool.statistics.leases == 3 && scenario.pool.statistics.created == 1)
    }

    @Test("what the closure throws passes through, and its connection comes back")
    func failingBody() async throws {
        struct Failure: Error {}
        let scenario = try PoolScenario()
        await #expect(throws: Failure.self) {
            try await scenario.pool.withConnection { _ in throw Failure() }
        }
        #expect(scenario.pool.statistics.idle == 1 && scenario.pool.statistics.inUse == 0)
    }

    @Test("callers are served in the order in which they came")
    func fairness() async throws {
        let scenario = try PoolScenario(maximum: 1)
        let gate = PoolGate()
        let holder = await scenario.hold(until: gate)
        let order = Mutex<[Int]>([])
        var callers: [Task<Void, any Error>] = []
        for index in 0..<20 {
            callers.append(await scenario.queue { _ in order.withLock { $0.append(index) } })
        }
        gate.open()
        try await holder.value
        for caller in callers {
            try await caller.value
        }
        #expect(order.withLock { $0 } == Array(0..<20))
    }

    @Test("who waits gives up at its deadline, to the millisecond, and leaves nothing behind")
    func timeout() async throws {
        let scenario = try PoolScenario(maximum: 1)
        let gate = PoolGate()
        let holder = await scenario.hold(until: gate)
        let late = await scenario.queue(timeout: .seconds(3))
        let early = await scenario.queue(timeout: .seconds(2))
        scenario.clock.advance(by: .milliseconds(1999))
        #expect(scenario.pool.statistics.waiting == 2)
        scenario.clock.advance(by: .milliseconds(1))
        #expect(await poolErrorCode { try await early.value } == .acquireTimedOut)
        #expect(scenario.pool.statistics.waiting == 1)
        await scenario.clock.waitForSleepers()
        scenario.clock.advance(by: .seconds(1))
        #expect(await poolErrorCode { try await late.value } == .acquireTimedOut)
        gate.open()
        try await holder.value
        #expect(scenario.pool.statistics.idle == 1 && scenario.pool.statistics.timedOut == 2)
    }

    @Test("the deadline of the task counts when it is the tighter one")
    func taskDeadline() async throws {
        let scenario = try PoolScenario(maximum: 1)
        let gate = PoolGate()
        let holder = await scenario.hold(until: gate)
        let caller = await withDeadline(.after(.seconds(1), clock: scenario.clock)) { await scenario.queue() }
        scenario.clock.advance(by: .seconds(1))
        #expect(await poolErrorCode { try await caller.value } == .acquireTimedOut)
        gate.open()
        try await holder.value
    }

    @Test("a timeout of zero takes an idle connection or none")
    func noWaiting() async throws {
        let scenario = try PoolScenario(maximum: 1)
        let code = await poolErrorCode { try await scenario.pool.withConnection(timeout: .zero) { _ in } }
        #expect(code == .acquireTimedOut)
        try await scenario.pool.withConnection { _ in }
        #expect(try await scenario.pool.withConnection(timeout: .zero) { $0.number } == 1)
    }

    @Test("a timeout beyond all measure is no trap", arguments: [Duration.seconds(Int64.max), .seconds(Int64.min)])
    func endlessTimeout(timeout: Duration) async throws {
        let scenario = try PoolScenario()
        try await scenario.pool.withConnection { _ in }
        #expect(try await scenario.pool.withConnection(timeout: timeout) { $0.number } == 1)
    }

    @Test("the queue is bounded, without counting those for whom a connection is opened")
    func boundedQueue() async throws {
        let scenario = try PoolScenario(maximum: 2, maximumWaiting: 1)
        let gate = PoolGate()
        let holders = [await scenario.hold(until: gate), await scenario.hold(until: gate)]
        let waiter = await scenario.queue()
        #expect(await poolErrorCode { try await scenario.pool.withConnection { _ in } } == .poolExhausted)
        gate.open()
        for task in holders + [waiter] {
            try await task.value
        }
    }

    @Test("a cancelled caller leaves the queue at once")
    func cancellation() async throws {
        let scenario = try PoolScenario(maximum: 1)
        let gate = PoolGate()
        let holder = await scenario.hold(until: gate)
        let first = await scenario.queue()
        let second = await scenario.queue()
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(scenario.pool.statistics.waiting == 1)
        gate.open()
        try await holder.value
        try await second.value
    }

    @Test("a caller that is cancelled before it asks gets nothing")
    func cancelledBefore() async throws {
        let scenario = try PoolScenario()
        let task = Task<Void, any Error> {
            withUnsafeCurrentTask { $0?.cancel() }
            try await scenario.pool.withConnection { _ -> Void in Issue.record("was served") }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(scenario.server.attempts == 0)
    }

    @Test("a task that holds a lease and asks for another is refused once all are in use")
    func nested() async throws {
        let scenario = try PoolScenario(maximum: 2)
        let line = #line + 1
        try await scenario.pool.withConnection { _ in
            try await scenario.pool.withConnection { _ in
                let error = await #expect(throws: DatabaseError.self) {
                    try await scenario.pool.withConnection { _ in }
                }
                #expect(error?.code == .nestedAcquire)
                #expect(error?.message.contains("ConnectionPoolLeaseTests.swift:\(line + 1)") == true)
            }
        }
        #expect(scenario.pool.statistics.idle == 2)
    }

    @Test("a child task asks on behalf of the lease that it works under")
    func nestedInChild() async throws {
        let scenario = try PoolScenario(maximum: 1)
        try await scenario.pool.withConnection { _ in
            let child = Task { try await scenario.pool.withConnection { _ in } }
            #expect(await poolErrorCode { try await child.value } == .nestedAcquire)
        }
    }

    @Test("a task that outlives the lease it was started under may wait")
    func outlivedLease() async throws {
        let scenario = try PoolScenario(maximum: 1)
        let gate = PoolGate()
        let orphan = try await scenario.pool.withConnection { _ in
            Task { [pool = scenario.pool] in
                await gate.wait()
                try await pool.withConnection { _ in }
            }
        }
        let holderGate = PoolGate()
        let holder = await scenario.hold(until: holderGate)
        gate.open()
        await scenario.eventually { scenario.pool.statistics.waiting == 1 }
        holderGate.open()
        try await holder.value
        try await orphan.value
    }

    @Test("a lease of another pool is no reason to refuse")
    func nestedInAnotherPool() async throws {
        let scenario = try PoolScenario(maximum: 1)
        let other = try PoolScenario(maximum: 1)
        let gate = PoolGate()
        let holder = await scenario.hold(until: gate)
        let caller = Task {
            try await other.pool.withConnection { _ in
                try await scenario.pool.withConnection { $0.number }
            }
        }
        await scenario.eventually { scenario.pool.statistics.waiting == 1 }
        gate.open()
        try await holder.value
        #expect(try await caller.value == 1)
    }

    @Test("a configuration that cannot work is refused with all that is wrong")
    func configuration() throws {
        let error = #expect(throws: DatabaseError.self) {
            try PoolScenario(minimum: -1, maximum: 0, maximumWaiting: -1) { configuration in
                configuration.acquireTimeout = .zero
                configuration.options.maximumLifetime = .seconds(Int64.max)
                configuration.options.lifetimeJitter = .nan
            }
        }
        #expect(error?.code == .invalidConfiguration)
        let words = ["minimum", "maximum", "maximumWaiting", "acquireTimeout", "maximumLifetime", "lifetimeJitter"]
        for word in words {
            #expect(error?.message.contains("\(word) must") == true, "\(word)")
        }
    }
}
