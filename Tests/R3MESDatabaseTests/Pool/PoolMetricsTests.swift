// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import MetricsTestKit
import R3MESTestSupport
import Testing

@testable import R3MESDatabase

@Suite("Metrics of ConnectionPool")
struct PoolMetricsTests {
    @Test("say what the pool does, by reason")
    func metrics() async throws {
        let metrics = TestMetrics()
        let scenario = try withMetricsFactory(metrics) {
            try PoolScenario(maximum: 1) { $0.name = "orders" }
        }
        let name = ("name", "orders")
        let prefix = "r3mes_connection_pool"
        func meter(_ label: String) throws -> Double {
            try metrics.expectMeter("\(prefix)_\(label)", [name]).lastValue ?? 0
        }
        func counter(_ label: String, _ reason: String? = nil) throws -> Int64 {
            let dimensions = [name] + (reason.map { [("reason", $0)] } ?? [])
            return try metrics.expectCounter("\(prefix)_\(label)", dimensions).totalValue
        }
        let gate = PoolGate()
        let holder = await scenario.hold(until: gate)
        let waiter = await scenario.queue(timeout: .seconds(1))
        #expect(try meter("in_use") == 1 && meter("waiting") == 1 && meter("idle") == 0 && meter("limit") == 1)
        scenario.clock.advance(by: .seconds(1))
        #expect(await poolErrorCode { try await waiter.value } == .acquireTimedOut)
        gate.open()
        try await holder.value
        #expect(try meter("in_use") == 0 && meter("waiting") == 0 && meter("idle") == 1)
        #expect(try counter("created_total") == 1 && counter("refused_total", "timed_out") == 1)
        await scenario.pool.shutdown()
        #expect(try counter("closed_total", "shutdown") == 1 && meter("idle") == 0)
        #expect(try metrics.expectTimer("\(prefix)_acquire_seconds", [name]).values.count == 1)
    }
}
