// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// A timer or recorder.
final class DistributionSeries: Series, TimerHandler, RecorderHandler {
    let labels: LabelSet
    private let settings: SeriesSettings
    private let distribution: Distribution
    /// By bucket.
    private let exemplars = Mutex<[Int: Exemplar]>([:])

    var metric: String { settings.metric }

    init(_ settings: SeriesSettings, layout: BucketLayout, labels: LabelSet) {
        self.settings = settings
        self.labels = labels
        distribution = Distribution(layout: layout, stripes: settings.stripes)
    }

    func recordNanoseconds(_ duration: Int64) {
        guard duration >= 0 else { return settings.registry.reject() }
        observe(UInt64(duration))
    }

    func record(_ value: Int64) {
        guard value >= 0 else { return settings.registry.reject() }
        let (ticks, overflowed) = UInt64(value).multipliedReportingOverflow(by: UInt64(BucketLayout.ticksPerNumber))
        observe(overflowed ? .max : ticks)
    }

    func record(_ value: Double) {
        guard value >= 0, value.isFinite else { return settings.registry.reject() }
        // Upwards, so that what is just above an edge stays above it.
        observe(UInt64(exactly: (value * BucketLayout.ticksPerNumber).rounded(.up)) ?? .max)
    }

    @inline(__always)
    private func observe(_ ticks: UInt64) {
        let bucket = distribution.record(ticks, cost: settings.registry)
        if ticks >= settings.exemplarThreshold { keepExemplar(ticks, bucket) }
    }

    @inline(never)
    private func keepExemplar(_ ticks: UInt64, _ bucket: Int) {
        guard let labels = ExemplarLabels.current else { return }
        let value = Double(ticks) / distribution.layout.ticksPerUnit
        let latest = Exemplar(labels: labels, value: value, timestamp: settings.wallClock())
        exemplars.withLock { $0[bucket] = latest }
    }

    var snapshot: DistributionSnapshot { distribution.snapshot }

    var sample: MetricFamily.Sample {
        MetricFamily.Sample(
            labels: publishedLabels,
            value: .distribution(snapshot),
            exemplars: exemplars.withLock { $0 }
        )
    }
}
