// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension MetricsRegistry {
    /// The names that the registry and the process publish themselves.
    var selfNames: Set<String> { Self.ownNames }

    private static let ownNames = Set(
        (MetricCatalog.Group.telemetry.metrics + MetricCatalog.Group.process.metrics).map(\.name)
    )

    /// All metrics as text for Prometheus.
    ///
    /// Costs some microseconds a series; recording goes on meanwhile.
    ///
    /// Take the format from the request: ``ExpositionFormat/negotiated(accept:)``.
    public func exposition(in format: ExpositionFormat) -> [UInt8] {
        let clock = ContinuousClock()
        let start = clock.now
        let text = ExpositionWriter.text(of: families(), in: format)
        selfMetrics.scraped(in: clock.now - start)
        return text
    }

    /// All metrics at this moment, sorted by name and labels.
    public func families() -> [MetricFamily] {
        let (families, count) = table.withLock { ($0.families, $0.seriesCount) }
        let recorded = families.values.map { family in
            let series = family.entries.values.map(\.series).sorted { first, second in
                first.labels.labels.lexicographicallyPrecedes(second.labels.labels) {
                    ($0.name, $0.value) < ($1.name, $1.value)
                }
            }
            return MetricFamily(
                name: family.settings.metric,
                kind: family.shape.kind,
                unit: family.unit,
                help: family.help,
                samples: series.map(\.sample)
            )
        }
        let overflowed = families.values.filter { $0.overflowed > 0 }
            .map { (metric: $0.settings.metric, count: $0.overflowed) }
            .sorted { $0.metric < $1.metric }
        var all = recorded + selfMetrics.families(series: count, overflowed: overflowed)
        var names = Set(all.map(\.name))
        for collector in configuration.collectors {
            // A name twice would make the whole text invalid.
            all += collector().filter { names.insert($0.name).inserted }
        }
        return all.sorted { $0.name < $1.name }
    }

    /// What a timer or recorder has seen so far, for quantiles; nothing if there is no such series.
    ///
    /// - Parameters:
    ///   - name: The published name, such as `r3mes_http_request_seconds`.
    ///   - labels: All labels of the series.
    public func distribution(_ name: String, labels: [(String, String)] = []) -> DistributionSnapshot? {
        let series = table.withLock { $0.families[name]?.entries[LabelSet(labels)]?.series }
        return (series as? DistributionSeries)?.snapshot
    }
}
