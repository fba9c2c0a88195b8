// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Logging
import MetricsTestKit
import R3MESTestSupport
import Testing

@testable import R3MESConcurrency

@Suite("Metrics")
struct MetricsTests {
    let metrics = TestMetrics()
    let name = [("name", "orders")]

    @Test("a limiter tells who was admitted, who was refused and why, and what is in use")
    func limiter() async throws {
        let limiter = try withMetricsFactory(metrics) {
            try ConcurrencyLimiter(configuration: .init(limit: 2, maximumWaiting: 0, name: "orders"))
        }
        let inUse = try metrics.expectMeter("r3mes_concurrency_limiter_in_use", name)
        try await limiter.withPermit(weight: 2) {
            #expect(inUse.lastValue == 2)
            try? await limiter.withPermit {}
        }
        limiter.setLimit(7)
        #expect(inUse.lastValue == 0)
        #expect(try metrics.expectCounter("r3mes_concurrency_limiter_admitted_total", name).totalValue == 1)
        #expect(try metrics.expectMeter("r3mes_concurrency_limiter_limit", name).lastValue == 7)
        let refused = "r3mes_concurrency_limiter_refused_total"
        #expect(try metrics.expectCounter(refused, name + [("reason", "queue_full")]).totalValue == 1)
        #expect(try metrics.expectCounter(refused, name + [("reason", "cancelled")]).totalValue == 0)
    }

    @Test("a waiter's time in the queue is recorded in nanoseconds")
    func waitTime() async throws {
        let clock = TestClock()
        let limiter = try withMetricsFactory(metrics) {
            try ConcurrencyLimiter(configuration: .init(limit: 1, name: "orders"), clock: clock)
        }
        let gate = Gate()
        let holder = Task { try await limiter.withPermit { await gate.wait() } }
        await eventually { gate.waiting == 1 }
        let waiter = Task { try await limiter.withPermit {} }
        let waiting = try metrics.expectMeter("r3mes_concurrency_limiter_waiting", name)
        await eventually { limiter.statistics.waiting == 1 && waiting.lastValue == 1 }
        clock.advance(by: .milliseconds(3))
        gate.open()
        try await holder.value
        try await waiter.value
        #expect(waiting.lastValue == 0)
        #expect(try metrics.expectTimer("r3mes_concurrency_limiter_wait_seconds", name).values == [3_000_000])
    }

    @Test("a pool tells what its jobs came to")
    func pool() async throws {
        struct Failure: Error {}
        var configuration = WorkerPool.Configuration(workers: .fixed(1))
        configuration.name = "orders"
        let pool = try withMetricsFactory(metrics) { [configuration] in
            try WorkerPool(configuration: configuration, logger: Logger(label: "test"))
        }
        let running = Task { try await pool.run() }
        try await pool.submit {}
        try? await pool.submit { throw Failure() }
        pool.drain()
        try await running.value
        #expect(try metrics.expectCounter("r3mes_worker_pool_completed_total", name).totalValue == 1)
        #expect(try metrics.expectCounter("r3mes_worker_pool_failed_total", name).totalValue == 1)
        #expect(try metrics.expectTimer("r3mes_worker_pool_job_seconds", name).values.count == 2)
    }

    @Test("keys never become labels, however many there are")
    func cardinality() async throws {
        let (limiter, flights) = try withMetricsFactory(metrics) {
            (
                try RateLimiter<Int>(configuration: .init(limit: RateLimit(1, per: .seconds(1)), name: "orders")),
                SingleFlight<Int, Int>(name: "orders")
            )
        }
        for key in 0..<100 {
            _ = limiter.allow(key)
            _ = limiter.allow(key)
            _ = try await flights.run(key) { key }
        }
        #expect(try metrics.expectCounter("r3mes_rate_limiter_allowed_total", name).totalValue == 100)
        #expect(try metrics.expectCounter("r3mes_rate_limiter_denied_total", name).totalValue == 100)
        #expect(try metrics.expectCounter("r3mes_single_flight_started_total", name).totalValue == 100)
        #expect(metrics.counters.count == 4)
    }
}
