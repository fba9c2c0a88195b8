// SPDX-License-Identifier: Apache-2.0

/// Which series there are, who holds them and how many more there may be.
///
/// A pure value; its owner locks it.
struct SeriesTable: Sendable {
    /// What a metric is made as; it stays that.
    enum Shape: Sendable {
        case counter, gauge, timer, recorder

        var kind: MetricKind {
            switch self {
            case .counter: .counter
            case .gauge: .gauge
            case .timer, .recorder: .histogram
            }
        }
    }

    struct Family: Sendable {
        struct Entry: Sendable {
            let series: any Series
            var holders: Int
        }

        let shape: Shape
        let settings: SeriesSettings
        let help: String
        let unit: String?
        var entries: [LabelSet: Entry] = [:]
        /// How often a series beyond the limit was asked for.
        var overflowed: Int64 = 0
    }

    private(set) var families: [String: Family] = [:]
    let maximumMetrics: Int
    let maximumSeriesPerMetric: Int

    init(maximumMetrics: Int, maximumSeriesPerMetric: Int) {
        self.maximumMetrics = maximumMetrics
        self.maximumSeriesPerMetric = maximumSeriesPerMetric
    }

    var seriesCount: Int { families.values.reduce(0) { $0 + $1.entries.count } }

    /// The series of a name and labels; the one that stands for all others where there are too many.
    mutating func series(
        _ name: String,
        _ labels: LabelSet,
        _ shape: Shape,
        makeFamily: () -> Family,
        makeSeries: (SeriesSettings, LabelSet) -> any Series
    ) -> Result<any Series, Refused> {
        // OpenMetrics names the counter `x_total` and the gauge `x` alike.
        let key = name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
        if families[key] == nil {
            guard families.count < maximumMetrics else { return .failure(Refused(reason: .limit)) }
            families[key] = makeFamily()
        }
        guard var family = families.removeValue(forKey: key) else { return .failure(Refused(reason: .limit)) }
        defer { families[key] = family }
        guard family.shape == shape else { return .failure(Refused(reason: .conflict)) }
        var labels = labels
        if family.entries[labels] == nil, family.entries.count >= maximumSeriesPerMetric {
            family.overflowed += 1
            labels = .overflow
        }
        let entry = family.entries[labels] ?? .init(series: makeSeries(family.settings, labels), holders: 0)
        family.entries[labels] = .init(series: entry.series, holders: entry.holders + 1)
        return .success(entry.series)
    }

    /// A holder gave its handle back; after the last one the series is gone, except the one that stands for others.
    mutating func release(_ series: any Series) {
        let name = series.metric
        let key = name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
        guard let entry = families[key]?.entries[series.labels], entry.series === series, series.labels != .overflow
        else {
            return
        }
        if entry.holders > 1 {
            families[key]?.entries[series.labels]?.holders -= 1
        } else {
            families[key]?.entries[series.labels] = nil
            if families[key]?.entries.isEmpty == true { families[key] = nil }
        }
    }

    /// Why there is no series.
    struct Refused: Error {
        let reason: SelfMetrics.Refusal
    }
}
