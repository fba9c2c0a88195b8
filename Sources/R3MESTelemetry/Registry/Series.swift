// SPDX-License-Identifier: Apache-2.0

import CoreMetrics

/// One series of a metric, which the handles of swift-metrics write to.
protocol Series: AnyObject, Sendable {
    /// The published name of its metric.
    var metric: String { get }
    var labels: LabelSet { get }
    /// What it shows now.
    var sample: MetricFamily.Sample { get }
}

extension Series {
    var publishedLabels: [(name: String, value: String)] {
        labels.labels.map { ($0.name, $0.value) }
    }
}

/// What all series of one metric have in common.
struct SeriesSettings: Sendable {
    let metric: String
    let layout: BucketLayout?
    let stripes: Int
    /// From this value on, in ticks, a distribution keeps exemplars.
    let exemplarThreshold: UInt64
    let keepsExemplars: Bool
    let registry: SelfMetrics
    /// Seconds since 1970.
    let wallClock: @Sendable () -> Double
}
