// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// A value that is set, or moved up and down: gauges and meters.
///
/// Both cost one atomic operation.
final class GaugeSeries: Series, MeterHandler, RecorderHandler {
    let labels: LabelSet
    private let settings: SeriesSettings
    /// The bits of a `Double`.
    private let bits = Atomic<UInt64>(0)

    var metric: String { settings.metric }

    init(_ settings: SeriesSettings, labels: LabelSet) {
        self.settings = settings
        self.labels = labels
    }

    func set(_ value: Int64) {
        set(Double(value))
    }

    func set(_ value: Double) {
        bits.store(value.bitPattern, ordering: .relaxed)
    }

    func increment(by amount: Double) {
        // One amount that is no number would make every later value no number either.
        guard amount.isFinite else { return settings.registry.reject() }
        bits.addToDouble(amount)
    }

    func decrement(by amount: Double) {
        increment(by: -amount)
    }

    func record(_ value: Int64) {
        set(Double(value))
    }

    func record(_ value: Double) {
        set(value)
    }

    var sample: MetricFamily.Sample {
        MetricFamily.Sample(
            labels: publishedLabels,
            value: .number(Double(bitPattern: bits.load(ordering: .relaxed)))
        )
    }
}
