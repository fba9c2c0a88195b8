// SPDX-License-Identifier: Apache-2.0

/// All series of one metric at one moment, ready to be written.
public struct MetricFamily: Sendable {
    /// What one series shows.
    public enum Value: Sendable {
        /// A counter or gauge with a whole value.
        case whole(Int64)
        /// A counter or gauge.
        case number(Double)
        /// A histogram.
        case distribution(DistributionSnapshot)
    }

    /// One series.
    public struct Sample: Sendable {
        /// Names and values, in the order in which they are written.
        public var labels: [(name: String, value: String)]
        /// What it shows.
        public var value: Value
        /// By bucket, or one at 0 for a counter.
        public var exemplars: [Int: Exemplar]

        /// Makes a sample; names must be valid ones.
        public init(labels: [(name: String, value: String)] = [], value: Value, exemplars: [Int: Exemplar] = [:]) {
            self.labels = labels
            self.value = value
            self.exemplars = exemplars
        }
    }

    /// The published name; that of a counter ends in `_total`.
    public var name: String
    /// What it is.
    public var kind: MetricKind
    /// The unit at the end of the name, such as `seconds`, if there is one.
    public var unit: String?
    /// What it means, for a person.
    public var help: String
    /// Its series.
    public var samples: [Sample]

    /// Makes a family; the name must be a valid one.
    public init(name: String, kind: MetricKind, unit: String? = nil, help: String, samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
        self.samples = samples
    }
}

/// The kinds of metrics that Prometheus tells apart here.
public enum MetricKind: String, Sendable, CaseIterable {
    /// A sum that only grows.
    case counter
    /// A value that rises and falls.
    case gauge
    /// A distribution in buckets.
    case histogram
}
