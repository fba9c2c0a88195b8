// SPDX-License-Identifier: Apache-2.0

import Logging
import R3MESTestSupport
import ServiceLifecycle
import Synchronization
import Testing

@testable import R3MESDatabase

@Suite("The life of ConnectionPool")
struct ConnectionPoolServiceTests {
    @Test("run opens the minimum, and graceful shutdown lets leases end before all is closed")
    func gracefulShutdown() async throws {
        let scenario = try PoolScenario(minimum: 3, maximum: 3)
        let group = ServiceGroup(services: [scenario.pool], logger: Logger(label: "test"))
        let running = Task { try await group.run() }
        await scenario.eventually { scenario.pool.statistics.idle == 3 }
        let gate = PoolGate()
        let holder = await scenario.hold(until: gate)
        await group.triggerGracefulShutdown()
        await scenario.eventually { scenario.server.open == 1 }
        #expect(await poolErrorCode { try await scenario.pool.withConnection { _ in } } == .poolClosed)
        #expect(scenario.pool.statistics.inUse == 1)
        gate.open()
        try await holder.value
        try await running.value
        #expect(scenario.server.open == 0 && scenario.pool.statistics.total == 0)
        #expect(scenario.pool.statistics.closed == [.shutdown: 3])
    }

    @Test("those who wait are told at once that the pool ends")
    func waitersAreTold() async throws {
        let scenario = try PoolScenario(maximum: 1)
        let gate = PoolGate()
        let holder = await scenario.hold(until: gate)
        let waiter = await scenario.queue()
        let ending = Task { await scenario.pool.shutdown() }
        #expect(await poolErrorCode { try await waiter.value } == .poolClosed)
        gate.open()
        try await holder.value
        await ending.value
        await scenario.pool.shutdown()
        #expect(scenario.server.open == 0)
    }

    @Test("a lease that does not end in time has its connection closed under it")
    func drainTimeout() async throws {
        let scenario = try PoolScenario(maximum: 1)
        let gate = PoolGate()
        let holder = Task {
            try await scenario.pool.withConnection { connection in
                await gate.wait()
                return connection.isClosed
            }
        }
        await scenario.eventually { scenario.pool.statistics.inUse == 1 }
        let ending = Task { await scenario.pool.shutdown(within: .seconds(3)) }
        await scenario.eventually { !scenario.pool.state.withLock { $0.pool.isAccepting } }
        await scenario.clock.waitForSleepers()
        scenario.clock.advance(by: .seconds(3))
        await ending.value
        #expect(scenario.server.open == 0)
        gate.open()
        #expect(try await holder.value)
        #expect(scenario.pool.statistics.total == 0)
    }

    @Test("the end does not wait for a connection that never opens, which is closed if it ever does")
    func endWhileOpening() async throws {
        let scenario = try PoolScenario(maximum: 1)
        let gate = PoolGate()
        scenario.server.behave { $0.gate = gate }
        let waiter = await scenario.queue()
        await scenario.eventually { scenario.server.attempts == 1 }
        await scenario.pool.shutdown(within: .zero)
        #expect(await poolErrorCode { try await waiter.value } == .poolClosed)
        gate.open()
        await scenario.eventually { scenario.server.opened == 1 && scenario.server.open == 0 }
    }

    @Test("cancelling run leaves leases no time")
    func cancelledRun() async throws {
        let scenario = try PoolScenario(maximum: 1)
        let running = Task { await scenario.pool.run() }
        let gate = PoolGate()
        let holder = await scenario.hold(until: gate)
        running.cancel()
        await running.value
        #expect(scenario.server.open == 0)
        gate.open()
        try await holder.value
    }

    @Test("a pool that is dropped closes its connections")
    func dropped() async throws {
        let server: PoolServer
        do {
            let scenario = try PoolScenario(maximum: 1)
            try await scenario.pool.withConnection { _ in }
            server = scenario.server
            #expect(server.open == 1)
        }
        for _ in 0..<100_000 where server.open > 0 {
            await Task.yield()
        }
        #expect(server.open == 0)
    }
}
