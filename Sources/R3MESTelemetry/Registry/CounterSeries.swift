// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// A counter.
///
/// Adding costs one atomic addition, and for a fraction an exchange, on a stripe of the thread.
final class CounterSeries: Series, CounterHandler, FloatingPointCounterHandler {
    let labels: LabelSet
    private let settings: SeriesSettings
    private let counter: StripedCounter
    private let exemplar = Mutex<Exemplar?>(nil)

    var metric: String { settings.metric }

    init(_ settings: SeriesSettings, labels: LabelSet) {
        self.settings = settings
        self.labels = labels
        counter = StripedCounter(stripes: settings.stripes)
    }

    func increment(by amount: Int64) {
        guard amount >= 0 else { return settings.registry.reject() }
        counter.add(amount)
        if settings.keepsExemplars { keepExemplar(Double(amount)) }
    }

    func increment(by amount: Double) {
        guard amount >= 0, amount.isFinite else { return settings.registry.reject() }
        counter.add(amount)
        if settings.keepsExemplars { keepExemplar(amount) }
    }

    func reset() {
        counter.reset()
    }

    private func keepExemplar(_ amount: Double) {
        guard amount > 0, let labels = ExemplarLabels.current else { return }
        let latest = Exemplar(labels: labels, value: amount, timestamp: settings.wallClock())
        exemplar.withLock { $0 = latest }
    }

    var sample: MetricFamily.Sample {
        let (whole, fractional) = counter.value
        let exemplars = exemplar.withLock { $0.map { [0: $0] } ?? [:] }
        return MetricFamily.Sample(
            labels: publishedLabels,
            value: fractional == 0 ? .whole(whole) : .number(Double(whole) + fractional),
            exemplars: exemplars
        )
    }
}
