// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import HTTPTypes
import MetricsTestKit
import R3MESTestSupport
import Testing

@testable import R3MESNetwork

@Suite("Metrics of ResilientClient", .timeLimit(.minutes(1)))
struct MetricsTests {
    private let metrics = TestMetrics()

    private func label(_ suffix: String) -> String { "r3mes_network_\(suffix)" }

    private func count(_ suffix: String, _ dimensions: (String, String)...) throws -> Int64 {
        try metrics.expectCounter(label(suffix), [("client", "chain")] + dimensions).totalValue
    }

    @Test("each try is counted once, by kind and outcome, and no host, path or key becomes a label")
    func tries() async throws {
        let clock = TestClock()
        let transport = ScriptedTransport(clock: clock) { number, _ in
            number.isMultiple(of: 2) ? .answered(200, body: "body") : .answered(503, body: "busy")
        }
        let client = try withMetricsFactory(metrics) {
            try ResilientClient(
                .forTests {
                    $0.name = "chain"
                    $0.retry.backoff = Backoff(base: .zero)
                },
                transport: transport
            )
        }
        for host in 0..<3 {
            _ = try await client.execute(ClientRequest(.get, "http://host-\(host).example/path-\(host)"))
        }
        #expect(try count("tries_total", ("kind", "first"), ("outcome", "5xx")) == 3)
        #expect(try count("tries_total", ("kind", "retry"), ("outcome", "2xx")) == 3)
        #expect(metrics.counterTotal(label: label("tries_total")) == 6)
        #expect(try metrics.expectTimer(label("try_seconds"), [("client", "chain")]).values.count == 6)
        // What the load is multiplied by, and what of it was in vain.
        #expect(try metrics.expectRecorder(label("tries_per_call"), [("client", "chain")]).values == [2, 2, 2])
        #expect(try count("calls_total", ("outcome", "answered")) == 3)
        #expect(try count("received_bytes_total") == 24)
        #expect(try count("wasted_bytes_total") == 12)
        let labels = metrics.counters.flatMap(\.dimensions).map(\.1)
        #expect(!labels.contains { $0.contains("host") || $0.contains("path") || $0.contains("example") })
    }
}
