// SPDX-License-Identifier: Apache-2.0

import Logging
import Metrics
import MetricsTestKit
import R3MESConcurrency
import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESMemory

private final class Responder: MemoryPressureResponder {
    let calls = Mutex<[MemoryPressureLevel]>([])
    func respond(to level: MemoryPressureLevel) {
        calls.withLock { $0.append(level) }
    }
}

@Suite("MemoryMonitor")
struct MemoryMonitorTests {
    private let trims = Trims()

    private final class Trims: Sendable {
        let calls = Atomic(0)
        var count: Int { calls.load(ordering: .relaxed) }
    }

    private func makeMonitor(
        _ fixture: SystemFixture,
        clock: any Clock<Duration> = ContinuousClock()
    ) throws -> MemoryMonitor {
        try MemoryMonitor(
            configuration: .init(),
            sampler: MemorySampler(root: fixture.root),
            clock: clock,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            trimHeap: { [trims] in
                trims.calls.add(1, ordering: .relaxed)
                return true
            }
        )
    }

    private func makeFixture(used: Int) throws -> SystemFixture {
        try SystemFixture(
            SystemFixture.versionTwo(limit: "1000", current: used, inactive: 0).filter {
                !$0.key.hasSuffix("memory.pressure")
            }
        )
    }

    private func set(_ used: Int, _ fixture: SystemFixture) throws {
        try fixture.set("sys/fs/cgroup/app/memory.current", "\(used)\n")
    }

    @Test("tells responders of each change, and of each sample while it is critical")
    func responders() throws {
        let fixture = try makeFixture(used: 100)
        let monitor = try makeMonitor(fixture)
        let responder = Responder()
        monitor.add(responder)
        for used in [100, 850, 850, 950, 950, 950, 100, 100, 100, 100, 100, 100] {
            try set(used, fixture)
            try monitor.sampleNow()
        }
        #expect(
            responder.calls.withLock { $0 }
                == [.elevated, .critical, .critical, .critical, .critical, .critical, .elevated, .normal]
        )
    }

    @Test("those who subscribe act on it: a pool keeps less, a limiter admits less, and more again once it is over")
    func subscribersAct() async throws {
        let fixture = try makeFixture(used: 100)
        let monitor = try makeMonitor(fixture)
        let pool = try ObjectPool<[UInt8]>(hooks: .init(make: { [] }))
        let limiter = try AdaptiveLimiter()
        let limit = limiter.statistics.limit
        monitor.add(pool)
        pool.giveBack([1])
        let admission = Task {
            for await level in monitor.levels() {
                limiter.setCeiling(level == .normal ? nil : 2)
            }
        }
        try set(950, fixture)
        try monitor.sampleNow()
        #expect(pool.statistics.idle == 0)
        while limiter.statistics.limit != 2 { await Task.yield() }
        try set(100, fixture)
        for _ in 0..<6 { try monitor.sampleNow() }
        while limiter.statistics.limit != limit { await Task.yield() }
        admission.cancel()
        await admission.value
    }

    @Test("has the allocator give memory back when it becomes critical, and not with every sample after")
    func trimsHeap() throws {
        let fixture = try makeFixture(used: 950)
        let monitor = try makeMonitor(fixture)
        for _ in 0..<10 { try monitor.sampleNow() }
        #expect(trims.count == 1)
        try monitor.sampleNow()
        #expect(trims.count == 2)
    }

    @Test("a stream begins with the level of now and always ends with the last one")
    func streams() async throws {
        let fixture = try makeFixture(used: 850)
        let monitor = try makeMonitor(fixture)
        try monitor.sampleNow()
        var levels = monitor.levels().makeAsyncIterator()
        #expect(await levels.next() == .elevated)
        try set(950, fixture)
        try monitor.sampleNow()
        #expect(await levels.next() == .critical)
        try set(10, fixture)
        for _ in 0..<6 { try monitor.sampleNow() }
        #expect(await levels.next() == .normal)
    }

    @Test("forgets a stream that nobody reads any more")
    func unsubscribes() async throws {
        let fixture = try makeFixture(used: 100)
        let monitor = try makeMonitor(fixture)
        let reader = Task {
            for await _ in monitor.levels() {}
        }
        while monitor.state.withLock({ $0.subscriberCount }) == 0 { await Task.yield() }
        reader.cancel()
        await reader.value
        #expect(monitor.state.withLock { $0.subscriberCount } == 0)
    }

    @Test("samples by the clock until it is stopped, and then ends the streams")
    func runs() async throws {
        let fixture = try makeFixture(used: 100)
        let clock = TestClock()
        let monitor = try makeMonitor(fixture, clock: clock)
        let stream = monitor.levels()
        let running = Task { try await monitor.run() }
        await clock.waitForSleepers()
        #expect(monitor.level == .normal)
        #expect(monitor.lastSample?.used == 100)
        try set(990, fixture)
        clock.advance(by: .seconds(1))
        var iterator = stream.makeAsyncIterator()
        while let level = await iterator.next(), level != .critical {}
        #expect(monitor.level == .critical)
        running.cancel()
        try await running.value
        #expect(await iterator.next() == nil)
    }

    @Test("the figures of the last sample are metrics")
    func metrics() throws {
        let metrics = TestMetrics()
        let fixture = try makeFixture(used: 850)
        let monitor = try withMetricsFactory(metrics) { try makeMonitor(fixture) }
        try monitor.sampleNow()
        #expect(try metrics.expectGauge("r3mes_memory_used_bytes").lastValue == 850)
        #expect(try metrics.expectGauge("r3mes_memory_limit_bytes").lastValue == 1000)
        #expect(try metrics.expectGauge("r3mes_memory_pressure_level").lastValue == 1)
    }

    @Test("a sample that cannot be read leaves the level as it is")
    func unreadable() throws {
        let fixture = try makeFixture(used: 950)
        let monitor = try makeMonitor(fixture)
        try monitor.sampleNow()
        try fixture.set("proc/self/statm", "")
        #expect(throws: MemoryError.self) { try monitor.sampleNow() }
        #expect(monitor.level == .critical)
    }
}
