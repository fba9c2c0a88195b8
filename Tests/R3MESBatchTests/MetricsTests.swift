// SPDX-License-Identifier: Apache-2.0

import Metrics
import MetricsTestKit
import Testing

@testable import R3MESBatch

@Suite("Metrics of batches", .timeLimit(.minutes(1)))
struct MetricsTests {
    private let metrics = TestMetrics()
    private let name = [("name", "users")]

    @Test("a loader tells how many callers shared how many keys, and no key becomes a label")
    func loader() async throws {
        var configuration = DataLoader<Int, Int>.Configuration()
        configuration.name = "users"
        let loader = try withMetricsFactory(metrics) { [configuration] in
            try DataLoader<Int, Int>(
                configuration: configuration,
                values: { batch in batch.keys.reduce(into: [:]) { $0[$1] = $1 } }
            )
        }
        for round in 0..<10 {
            _ = try await loader.load(all: [round, round + 100, round + 200])
        }
        let keys = try metrics.expectRecorder("r3mes_data_loader_batch_keys", name)
        // The last batch is recorded once its call has returned, which its callers need not wait for.
        await eventually { keys.values.reduce(0, +) == 30 }
        #expect(try metrics.expectTimer("r3mes_data_loader_batch_seconds", name).values.count == keys.values.count)
        #expect(metrics.counters.count == 1)
    }

    @Test("a writer tells how large its batches are, and what failed")
    func writer() async throws {
        struct Failure: Error {}
        var configuration = BatchWriter<Int>.Configuration()
        configuration.name = "users"
        let writer = try withMetricsFactory(metrics) { [configuration] in
            try BatchWriter<Int>(
                configuration: configuration,
                logger: quiet,
                byteCount: { _ in 1 },
                onFailure: { _, _ in },
                write: { items in if items.contains(3) { throw Failure() } }
            )
        }
        for item in 0..<8 { try await writer.append(item) }
        let run = Task { try await writer.run() }
        try await writer.flush()
        writer.close()
        try await run.value
        #expect(try metrics.expectRecorder("r3mes_batch_writer_batch_items", name).values == [8])
        #expect(try metrics.expectTimer("r3mes_batch_writer_batch_seconds", name).values.count == 1)
        #expect(try metrics.expectCounter("r3mes_batch_writer_failed_items_total", name).totalValue == 1)
    }
}
