// SPDX-License-Identifier: Apache-2.0

import InMemoryLogging
import Logging
import R3MESTestSupport
import Testing

@testable import R3MESDatabase

@Suite("ConnectionPool while the server is away")
struct ConnectionPoolOutageTests {
    @Test("all who wait get the real error as soon as it is known, and newcomers at once")
    func failsFast() async throws {
        let scenario = try PoolScenario(maximum: 2)
        let gate = PoolGate()
        scenario.server.behave {
            $0.isAway = true
            $0.gate = gate
        }
        var callers: [Task<Void, any Error>] = []
        for _ in 0..<5 {
            callers.append(await scenario.queue())
        }
        gate.open()
        for caller in callers {
            let error = await #expect(throws: DatabaseError.self) { try await caller.value }
            #expect(error?.code == .connectionFailed && error?.underlying is PoolServer.Refused)
        }
        #expect(scenario.pool.statistics.isServerAway)
        let attempts = scenario.server.attempts
        #expect(await poolErrorCode { try await scenario.pool.withConnection { _ in } } == .connectionFailed)
        #expect(scenario.server.attempts == attempts)
    }

    @Test("the pool tries again at growing intervals, and recovers by itself")
    func recovers() async throws {
        let scenario = try PoolScenario(minimum: 1, maximum: 2)
        scenario.server.behave { $0.isAway = true }
        #expect(await poolErrorCode { try await scenario.pool.withConnection { _ in } } == .connectionFailed)
        for (attempt, seconds) in [(2, 0.1), (3, 0.2), (4, 0.4), (5, 0.8)] {
            await scenario.clock.waitForSleepers()
            scenario.clock.advance(by: .seconds(seconds))
            await scenario.eventually {
                scenario.server.attempts == attempt && scenario.pool.statistics.failedToOpen == attempt
            }
        }
        #expect(await poolErrorCode { try await scenario.pool.withConnection { _ in } } == .connectionFailed)
        scenario.server.behave { $0.isAway = false }
        await scenario.clock.waitForSleepers()
        scenario.clock.advance(by: .seconds(1.6))
        await scenario.eventually { scenario.pool.statistics.idle == 1 }
        #expect(try await scenario.pool.withConnection { $0.number } == 1)
        #expect(!scenario.pool.statistics.isServerAway)
        let messages = scenario.logged(from: .notice).map(\.message.description)
        #expect(messages == ["No connection could be opened", "Connections can be opened again"])
    }

    @Test("a caller that comes long after the last attempt makes a new one")
    func triesAfterQuiet() async throws {
        let scenario = try PoolScenario(minimum: 0, maximum: 1)
        scenario.server.behave { $0.isAway = true }
        #expect(await poolErrorCode { try await scenario.pool.withConnection { _ in } } == .connectionFailed)
        // The failed caller is reason enough for one more attempt, but not for another.
        await scenario.clock.waitForSleepers()
        scenario.clock.advance(by: .seconds(1))
        await scenario.eventually { scenario.server.attempts == 2 && scenario.pool.statistics.failedToOpen == 2 }
        scenario.clock.advance(by: .seconds(3600))
        scenario.server.behave { $0.isAway = false }
        #expect(try await scenario.pool.withConnection { $0.number } == 1)
        #expect(scenario.server.attempts == 3)
    }

    @Test("while some connections live, callers wait for them")
    func partialOutage() async throws {
        let scenario = try PoolScenario(maximum: 2)
        let gate = PoolGate()
        let holder = await scenario.hold(until: gate)
        scenario.server.behave { $0.isAway = true }
        let waiter = await scenario.queue { #expect($0.number == 1) }
        await scenario.eventually { scenario.pool.statistics.failedToOpen == 1 }
        #expect(scenario.pool.statistics.waiting == 1)
        gate.open()
        try await holder.value
        try await waiter.value
    }

    @Test("while attempts fail, one at a time is made, and who waits may hope for it")
    func oneAttemptAtATime() async throws {
        let scenario = try PoolScenario(maximum: 4)
        let holding = PoolGate()
        let holder = Task {
            try await scenario.pool.withConnection { connection in
                await holding.wait()
                connection.become(.broken)
            }
        }
        await scenario.eventually { scenario.pool.statistics.inUse == 1 }
        let failing = PoolGate()
        scenario.server.behave {
            $0.isAway = true
            $0.gate = failing
        }
        let waiters = [await scenario.queue(), await scenario.queue(), await scenario.queue()]
        await scenario.eventually { scenario.server.attempts == 4 }
        failing.open()
        await scenario.eventually { scenario.pool.statistics.failedToOpen == 3 }
        let opening = PoolGate()
        scenario.server.behave {
            $0.isAway = false
            $0.gate = opening
        }
        await scenario.clock.waitForSleepers()
        scenario.clock.advance(by: .milliseconds(100))
        await scenario.eventually { scenario.server.attempts == 5 }
        holding.open()
        try await holder.value
        await scenario.eventually { scenario.server.open == 0 }
        #expect(scenario.pool.statistics.waiting == 3 && scenario.pool.statistics.opening == 1)
        opening.open()
        for waiter in waiters {
            try await waiter.value
        }
    }

    @Test("when the server dies, the last connection that breaks tells those who wait")
    func serverDies() async throws {
        let scenario = try PoolScenario(maximum: 1)
        let gate = PoolGate()
        let holder = Task {
            try await scenario.pool.withConnection { connection in
                await gate.wait()
                connection.become(.broken)
            }
        }
        await scenario.eventually { scenario.pool.statistics.inUse == 1 }
        let waiter = await scenario.queue()
        scenario.server.behave { $0.isAway = true }
        gate.open()
        try await holder.value
        #expect(await poolErrorCode { try await waiter.value } == .connectionFailed)
        #expect(scenario.pool.statistics.total == 0)
    }

    @Test("a connection that is broken when it was just opened counts as not opened")
    func brokenAtBirth() async throws {
        let server = PoolServer()
        let pool = try ConnectionPool<PoolServer.Connection>(
            configuration: .init(minimum: 0, maximum: 1),
            logger: .init(label: "pool"),
            clock: TestClock()
        ) {
            let connection = try await server.open()
            connection.become(.broken)
            return connection
        }
        #expect(await poolErrorCode { try await pool.withConnection { _ in } } == .connectionFailed)
        #expect(server.open == 0)
    }
}
