// SPDX-License-Identifier: Apache-2.0

import Metrics

/// The metrics of a ``BatchWriter``, recorded once for each batch.
struct WriterMetrics: Sendable {
    private let failed: Counter
    private let items: Recorder
    private let time: Metrics.Timer

    init(name: String) {
        let dimensions = [("name", name)]
        failed = Counter(label: "r3mes_batch_writer_failed_items_total", dimensions: dimensions)
        items = Recorder(label: "r3mes_batch_writer_batch_items", dimensions: dimensions)
        time = Timer(label: "r3mes_batch_writer_batch_seconds", dimensions: dimensions)
    }

    func record(batchCount: Int, duration: Duration) {
        items.record(batchCount)
        time.record(duration: duration)
    }

    func recordFailure(count: Int) {
        failed.increment(by: count)
    }
}
