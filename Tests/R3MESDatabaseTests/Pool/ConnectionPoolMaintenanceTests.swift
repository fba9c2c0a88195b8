// SPDX-License-Identifier: Apache-2.0

import InMemoryLogging
import Logging
import R3MESTestSupport
import Testing

@testable import R3MESDatabase

@Suite("Maintenance of ConnectionPool")
struct ConnectionPoolMaintenanceTests {
    /// Opens so many connections at once and gives them back.
    private func warm(_ scenario: PoolScenario, _ count: Int) async throws {
        let gate = PoolGate()
        var holders: [Task<Void, any Error>] = []
        for _ in 0..<count {
            holders.append(await scenario.hold(until: gate))
        }
        gate.open()
        for holder in holders {
            try await holder.value
        }
    }

    private func pass(_ time: Duration, _ scenario: PoolScenario) async {
        await scenario.clock.waitForSleepers()
        scenario.clock.advance(by: time)
    }

    @Test("a broken connection is closed and replaced, and the others are validated before they are lent")
    func broken() async throws {
        let scenario = try PoolScenario(maximum: 2)
        try await warm(scenario, 2)
        let broken = try await scenario.pool.withConnection { connection in
            connection.become(.broken)
            return connection
        }
        let other = try await scenario.pool.withConnection { $0 }
        #expect(other !== broken && other.validations == 1)
        await scenario.eventually { scenario.server.open == 1 }
        #expect(scenario.pool.statistics.closed == [.broken: 1] && broken.isClosed)
    }

    @Test("a dirty connection is cleaned up before it is handed on")
    func dirty() async throws {
        let scenario = try PoolScenario(maximum: 1)
        try await scenario.pool.withConnection { $0.become(.dirty) }
        let connection = try await scenario.pool.withConnection { connection in
            #expect(connection.condition == .clean)
            return connection
        }
        #expect(connection.number == 1 && connection.resets == 1)
    }

    @Test("a connection that cannot be cleaned up is replaced")
    func failingReset() async throws {
        let scenario = try PoolScenario(maximum: 1)
        scenario.server.behave { $0.resetFails = true }
        try await scenario.pool.withConnection { $0.become(.dirty) }
        #expect(try await scenario.pool.withConnection { $0.number } == 2)
        #expect(scenario.pool.statistics.closed == [.resetFailed: 1])
    }

    @Test("a connection that broke while it was idle is never lent")
    func brokenWhileIdle() async throws {
        let scenario = try PoolScenario(maximum: 1)
        let connection = try await scenario.pool.withConnection { $0 }
        connection.become(.broken)
        #expect(try await scenario.pool.withConnection { $0.number } == 2)
        #expect(scenario.server.violations.isEmpty)
    }

    @Test("a connection that was idle for long is validated before it is lent, and replaced if it is dead")
    func validation() async throws {
        let scenario = try PoolScenario(maximum: 1) { $0.options.keepAliveInterval = nil }
        let connection = try await scenario.pool.withConnection { $0 }
        await pass(.seconds(29), scenario)
        try await scenario.pool.withConnection { _ in }
        #expect(connection.validations == 0)
        await pass(.seconds(31), scenario)
        #expect(try await scenario.pool.withConnection { $0.number } == 1)
        #expect(connection.validations == 1)
        scenario.server.behave { $0.validationFails = true }
        await pass(.seconds(31), scenario)
        #expect(try await scenario.pool.withConnection { $0.number } == 2)
        #expect(scenario.pool.statistics.closed == [.validationFailed: 1])
    }

    @Test("keep-alive validates idle connections in the background")
    func keepAlive() async throws {
        let scenario = try PoolScenario(maximum: 1) { $0.options.keepAliveInterval = .seconds(20) }
        let connection = try await scenario.pool.withConnection { $0 }
        for count in 1...3 {
            await pass(.seconds(20), scenario)
            await scenario.eventually { connection.validations == count && scenario.pool.statistics.idle == 1 }
        }
        #expect(scenario.pool.statistics.leases == 1)
    }

    @Test("a connection that does not answer makes the others suspect")
    func suspicion() async throws {
        let scenario = try PoolScenario(maximum: 2) { $0.options.keepAliveInterval = .seconds(20) }
        try await warm(scenario, 2)
        await pass(.seconds(10), scenario)
        let used = try await scenario.pool.withConnection { $0 }
        scenario.server.behave { $0.validationFails = true }
        await pass(.seconds(10), scenario)
        await scenario.eventually { scenario.server.open == 1 }
        #expect(used.validations == 0)
        scenario.server.behave { $0.validationFails = false }
        #expect(try await scenario.pool.withConnection { $0 === used })
        #expect(used.validations == 1)
    }

    @Test("an attempt to connect that never ends is given up, and what it opens in the end is closed")
    func silentServer() async throws {
        let scenario = try PoolScenario(maximum: 1) { $0.acquireTimeout = .seconds(60) }
        let gate = PoolGate()
        scenario.server.behave { $0.gate = gate }
        let caller = await scenario.queue()
        await scenario.eventually { scenario.server.attempts == 1 }
        await scenario.clock.waitForSleepers(2)
        scenario.clock.advance(by: .seconds(10))
        // The grace of a cancelled operation.
        await scenario.clock.waitForSleepers(2)
        scenario.clock.advance(by: .milliseconds(2))
        #expect(await poolErrorCode { try await caller.value } == .connectionFailed)
        // What is opened too late is closed at once.
        gate.open()
        await scenario.eventually { scenario.server.opened == 1 && scenario.server.open == 0 }
        #expect(scenario.pool.statistics.total == 0)
    }

    @Test("connections that nobody needs go, down to the minimum")
    func idleTimeout() async throws {
        let scenario = try PoolScenario(minimum: 1, maximum: 4) { $0.options.keepAliveInterval = nil }
        try await warm(scenario, 4)
        await pass(.seconds(599), scenario)
        #expect(scenario.pool.statistics.idle == 4)
        await pass(.seconds(1), scenario)
        await scenario.eventually { scenario.server.open == 1 }
        #expect(scenario.pool.statistics.closed == [.idle: 3])
    }

    @Test("connections are replaced at the end of their lives, which do not all end together")
    func lifetime() async throws {
        let scenario = try PoolScenario(minimum: 20, maximum: 20) { configuration in
            configuration.options.maximumLifetime = .seconds(1000)
            configuration.options.keepAliveInterval = nil
        }
        try await warm(scenario, 20)
        await pass(.seconds(899), scenario)
        #expect(scenario.pool.statistics.closed.isEmpty)
        // The chance that none or all of 20 end in the first three quarters of the range is 3 in 1,000.
        await pass(.seconds(76), scenario)
        await scenario.eventually { scenario.pool.statistics.closed[.lifetime] ?? 0 > 0 }
        await pass(.seconds(25), scenario)
        await scenario.eventually { scenario.pool.statistics.closed[.lifetime] == 20 && scenario.server.open == 20 }
        #expect(scenario.server.peak == 20)
    }

    @Test("a lease that is held for very long is reported once, with its place")
    func leak() async throws {
        let scenario = try PoolScenario { $0.options.leakThreshold = .seconds(10) }
        let gate = PoolGate()
        let line = #line + 2
        let holder = Task {
            try await scenario.pool.withConnection { _ in await gate.wait() }
        }
        await scenario.eventually { scenario.pool.statistics.inUse == 1 }
        await pass(.seconds(9), scenario)
        #expect(scenario.pool.statistics.leaks == 0)
        await pass(.seconds(1), scenario)
        await scenario.eventually { !scenario.logged(from: .warning).isEmpty }
        let place = scenario.logged(from: .warning).first?.metadata["taken_at"]?.description
        #expect(place?.hasSuffix("ConnectionPoolMaintenanceTests.swift:\(line)") == true)
        gate.open()
        try await holder.value
        #expect(scenario.pool.statistics.leaks == 1 && scenario.logged(from: .warning).count == 1)
    }

    @Test("a pool that sizes itself grows when callers wait, yields to load, and says why")
    func sizing() async throws {
        let load = PoolLoad()
        let scenario = try PoolScenario(minimum: 1, maximum: 8) { configuration in
            var sizing = ConnectionPoolConfiguration.Sizing()
            sizing.load = { load.value }
            configuration.options.sizing = sizing
            configuration.options.leakThreshold = nil
        }
        #expect(scenario.pool.statistics.limit == 1)
        let gate = PoolGate()
        let holder = await scenario.hold(until: gate)
        let waiter = await scenario.queue()
        await pass(.seconds(1), scenario)
        gate.open()
        try await holder.value
        try await waiter.value
        await pass(.seconds(4), scenario)
        await scenario.eventually { scenario.pool.statistics.limit == 2 }
        load.value = 0.95
        await pass(.seconds(5), scenario)
        await scenario.eventually { scenario.pool.statistics.limit == 1 }
        let reasons = scenario.logged(from: .info).compactMap { $0.metadata["reason"]?.description }
        #expect(reasons == ["callers waited for longer than the target", "the load is high"])
    }
}
