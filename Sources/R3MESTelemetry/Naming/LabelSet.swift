// SPDX-License-Identifier: Apache-2.0

/// The labels of one series: sanitised, sorted by name, each name once.
struct LabelSet: Hashable, Sendable {
    struct Label: Hashable, Sendable {
        let name: String
        let value: String
    }

    let labels: [Label]

    /// Stands for all series of a metric beyond its limit.
    static let overflow = Self([("overflow", "true")])

    /// Of two dimensions with one name the first counts; a value is cut after 200 characters.
    init(_ dimensions: [(String, String)]) {
        var labels: [Label] = []
        for (key, value) in dimensions {
            let name = MetricName.sanitizedLabel(key)
            if !labels.contains(where: { $0.name == name }) {
                labels.append(Label(name: name, value: String(value.unicodeScalars.prefix(200))))
            }
        }
        self.labels = labels.sorted { $0.name < $1.name }
    }
}
