// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What the registry tells of itself.
final class SelfMetrics: Sendable {
    /// Why a metric was not made.
    enum Refusal: String, CaseIterable {
        /// There is one of that name with another kind.
        case conflict
        /// There are as many metrics as allowed.
        case limit
    }

    private static let edges = [25e-9, 50e-9, 100e-9, 250e-9, 500e-9, 1e-6, 10e-6, 100e-6]

    private let cost: Distribution
    private let rejected: StripedCounter
    private let refused = Mutex<[Refusal: Int64]>([:])
    private let lastScrape = Atomic<UInt64>(0)

    init(stripes: Int) {
        cost = Distribution(
            layout: BucketLayout(edges: Self.edges, ticksPerUnit: BucketLayout.ticksPerSecond),
            stripes: stripes
        )
        rejected = StripedCounter(stripes: stripes)
    }

    /// A value that is no number, or less than can be.
    func reject() {
        rejected.add(Int64(1))
    }

    func refuse(_ reason: Refusal) {
        refused.withLock { $0[reason, default: 0] += 1 }
    }

    /// What one observation took.
    func observed(in duration: Duration) {
        cost.record(duration.wholeNanoseconds)
    }

    func scraped(in duration: Duration) {
        lastScrape.store(duration.wholeNanoseconds, ordering: .relaxed)
    }

    func families(series: Int, overflowed: [(metric: String, count: Int64)]) -> [MetricFamily] {
        let refusals = refused.withLock { $0 }
        let scrape = Double(lastScrape.load(ordering: .relaxed)) / 1e9
        let values: [String: [MetricFamily.Sample]] = [
            "r3mes_telemetry_observation_seconds": [.init(value: .distribution(cost.snapshot))],
            "r3mes_telemetry_series": [.init(value: .whole(Int64(series)))],
            "r3mes_telemetry_overflowed_total": overflowed.map {
                .init(labels: [("metric", $0.metric)], value: .whole($0.count))
            },
            "r3mes_telemetry_refused_total": Refusal.allCases.map {
                .init(labels: [("reason", $0.rawValue)], value: .whole(refusals[$0] ?? 0))
            },
            "r3mes_telemetry_rejected_values_total": [.init(value: .whole(rejected.value.whole))],
            "r3mes_telemetry_last_scrape_seconds": [.init(value: .number(scrape))],
        ]
        return MetricCatalog.Group.telemetry.metrics.map { $0.family(values[$0.name] ?? []) }
    }
}

extension MetricDefinition {
    /// The family of these samples.
    func family(_ samples: [MetricFamily.Sample]) -> MetricFamily {
        MetricFamily(name: name, kind: kind, unit: unit, help: help, samples: samples)
    }
}

extension Duration {
    /// The whole nanoseconds; 0 if it is negative, and at most what fits.
    var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflowed) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowedAgain) = product.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000)
        return overflowed || overflowedAgain ? .max : sum
    }

    /// The duration in seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
