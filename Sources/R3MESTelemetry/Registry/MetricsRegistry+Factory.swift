// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
import Synchronization

extension MetricsRegistry: MetricsFactory {
    /// The counter of this label and these dimensions.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        handler(MetricName.counter(label), dimensions, .counter, label: label, CounterSeries.init)
            ?? NOOPMetricsHandler.instance
    }

    /// The counter of this label and these dimensions; the same as one of whole numbers.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        handler(MetricName.counter(label), dimensions, .counter, label: label, CounterSeries.init)
            ?? NOOPMetricsHandler.instance
    }

    /// The gauge of this label and these dimensions.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        handler(MetricName.other(label), dimensions, .gauge, label: label, GaugeSeries.init)
            ?? NOOPMetricsHandler.instance
    }

    /// A gauge, or the distribution of values if they are to be aggregated.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let name = MetricName.other(label)
        guard aggregate else {
            return handler(name, dimensions, .gauge, label: label, GaugeSeries.init) ?? NOOPMetricsHandler.instance
        }
        return handler(name, dimensions, .recorder, label: label, Self.makeDistribution) ?? NOOPMetricsHandler.instance
    }

    /// The distribution of times of this label and these dimensions, published in seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        handler(MetricName.timer(label), dimensions, .timer, label: label, Self.makeDistribution)
            ?? NOOPMetricsHandler.instance
    }

    /// Removes the counter once nobody else holds it.
    public func destroyCounter(_ handler: any CounterHandler) {
        release(handler)
    }

    /// Removes the counter once nobody else holds it.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        release(handler)
    }

    /// Removes the gauge once nobody else holds it.
    public func destroyMeter(_ handler: any MeterHandler) {
        release(handler)
    }

    /// Removes the gauge or distribution once nobody else holds it.
    public func destroyRecorder(_ handler: any RecorderHandler) {
        release(handler)
    }

    /// Removes the distribution once nobody else holds it.
    public func destroyTimer(_ handler: any TimerHandler) {
        release(handler)
    }

    private static func makeDistribution(_ settings: SeriesSettings, _ labels: LabelSet) -> DistributionSeries {
        // A metric of this shape always has a layout.
        let layout = settings.layout ?? BucketLayout(edges: [], ticksPerUnit: BucketLayout.ticksPerNumber)
        return DistributionSeries(settings, layout: layout, labels: labels)
    }

    /// The series, or nothing if it must not be, which is counted.
    private func handler<Handler: Series>(
        _ name: String,
        _ dimensions: [(String, String)],
        _ shape: SeriesTable.Shape,
        label: String,
        _ make: (SeriesSettings, LabelSet) -> Handler
    ) -> Handler? {
        let labels = LabelSet(dimensions)
        let isOwn = selfNames.contains(name)
        let result: Result<any Series, SeriesTable.Refused> =
            isOwn
            ? .failure(.init(reason: .conflict))
            : table.withLock {
                $0.series(name, labels, shape, makeFamily: { makeFamily(name, shape, label: label) }, makeSeries: make)
            }
        switch result {
        case .success(let series): return series as? Handler
        case .failure(let refused):
            selfMetrics.refuse(refused.reason)
            return nil
        }
    }

    private func release(_ handler: AnyObject) {
        if let series = handler as? any Series {
            table.withLock { $0.release(series) }
        }
    }
}
