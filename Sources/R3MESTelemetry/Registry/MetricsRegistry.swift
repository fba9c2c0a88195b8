// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The backend of swift-metrics: it records what a program measures, and publishes it for Prometheus.
///
/// Install it once, before anything makes metrics, with `MetricsSystem.bootstrap(registry)`.
///
/// - Counters, gauges and meters cost an atomic operation each, timers and recorders some tens of nanoseconds (HDR histograms,
///   recorded per thread). None of them waits for a scrape longer than some microseconds, and none allocates once it has seen
///   its largest value. What one observation costs, sampled, is itself a metric: `r3mes_telemetry_observation_seconds`.
/// - Names become those of Prometheus: other characters turn into `_`, counters end in `_total`, timers in `_seconds`.
/// - What can grow has a limit, and what is beyond the limit is seen: too many series share one with the label
///   `overflow="true"`, metrics refused and values rejected (negative, no number) are counted.
/// - `destroy()` of a handle removes its series when it was the last handle that was made for it.
public final class MetricsRegistry: Sendable {
    let configuration: Configuration
    let definitions: [String: MetricDefinition]
    let selfMetrics: SelfMetrics
    let table: Mutex<SeriesTable>
    private let timerLayout: BucketLayout
    private let recorderLayout: BucketLayout

    /// Makes a registry without metrics.
    ///
    /// - Throws: ``TelemetryError`` for a configuration that cannot work.
    public init(_ configuration: Configuration = Configuration()) throws(TelemetryError) {
        try configuration.validate()
        self.configuration = configuration
        definitions = Dictionary(uniqueKeysWithValues: configuration.catalog.metrics.map { ($0.name, $0) })
        selfMetrics = SelfMetrics(stripes: configuration.options.stripes)
        table = Mutex(
            SeriesTable(
                maximumMetrics: configuration.maximumMetrics,
                maximumSeriesPerMetric: configuration.maximumSeriesPerMetric
            )
        )
        timerLayout = BucketLayout(
            edges: configuration.timerBuckets.map(\.inSeconds),
            ticksPerUnit: BucketLayout.ticksPerSecond
        )
        recorderLayout = BucketLayout(
            edges: configuration.recorderBuckets,
            ticksPerUnit: BucketLayout.ticksPerNumber
        )
    }

    /// What all series of a new metric share.
    func makeFamily(_ name: String, _ shape: SeriesTable.Shape, label: String) -> SeriesTable.Family {
        let definition = definitions[name]
        let layout: BucketLayout? =
            switch shape {
            case .counter, .gauge: nil
            case .timer:
                definition?.buckets.map { BucketLayout(edges: $0, ticksPerUnit: BucketLayout.ticksPerSecond) }
                    ?? timerLayout
            case .recorder:
                definition?.buckets.map { BucketLayout(edges: $0, ticksPerUnit: BucketLayout.ticksPerNumber) }
                    ?? recorderLayout
            }
        let settings = SeriesSettings(
            metric: name,
            layout: layout,
            stripes: configuration.options.stripes,
            exemplarThreshold: shape == .timer ? configuration.exemplarThreshold.wholeNanoseconds : .max,
            keepsExemplars: definition?.keepsExemplars ?? false,
            registry: selfMetrics,
            wallClock: Self.secondsSince1970
        )
        return SeriesTable.Family(
            shape: shape,
            settings: settings,
            help: definition?.help ?? "Not in the catalogue; made with the label \(label.prefix(200)).",
            unit: definition.map(\.unit) ?? (shape == .timer ? "seconds" : nil)
        )
    }

    @Sendable
    private static func secondsSince1970() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec / 1_000_000) / 1_000
    }
}
