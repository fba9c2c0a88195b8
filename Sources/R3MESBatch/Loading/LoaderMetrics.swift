// SPDX-License-Identifier: Apache-2.0

import Metrics

/// The metrics of a ``DataLoader``, recorded once for each batch so that a single load pays nothing for them.
struct LoaderMetrics: Sendable {
    private let callers: Counter
    private let keys: Recorder
    private let time: Metrics.Timer

    init(name: String) {
        let dimensions = [("name", name)]
        callers = Counter(label: "r3mes_data_loader_callers_total", dimensions: dimensions)
        keys = Recorder(label: "r3mes_data_loader_batch_keys", dimensions: dimensions)
        time = Timer(label: "r3mes_data_loader_batch_seconds", dimensions: dimensions)
    }

    func record<Key>(_ batch: LoadBatch<Key>, duration: Duration) {
        callers.increment(by: batch.callerCount)
        keys.record(batch.keys.count)
        time.record(duration: duration)
    }
}
