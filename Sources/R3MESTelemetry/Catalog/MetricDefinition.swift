// SPDX-License-Identifier: Apache-2.0

/// What one metric is: its published name, kind, unit, labels and meaning.
public struct MetricDefinition: Hashable, Sendable {
    /// The published name: `_total` at the end of a counter, the unit at the end of what has one.
    public var name: String
    /// What it is.
    public var kind: MetricKind
    /// The base unit, such as `seconds` or `bytes`; none for what is counted.
    public var unit: String?
    /// The names of its labels.
    public var labels: [String]
    /// What it means, in one sentence.
    public var help: String
    /// The upper edges of its buckets in its unit; those of the registry if there are none here.
    public var buckets: [Double]?
    /// Whether a counter remembers the request that it last counted.
    public var keepsExemplars: Bool
    /// When it should wake somebody.
    public var alerts: [AlertRule]

    /// Makes a definition.
    public init(
        _ kind: MetricKind,
        _ name: String,
        unit: String? = nil,
        labels: [String] = [],
        help: String,
        buckets: [Double]? = nil,
        keepsExemplars: Bool = false,
        alerts: [AlertRule] = []
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.labels = labels
        self.help = help
        self.buckets = buckets
        self.keepsExemplars = keepsExemplars
        self.alerts = alerts
    }
}

/// When Prometheus should raise an alarm.
public struct AlertRule: Hashable, Sendable {
    /// The name of the alarm, in upper camel case.
    public var name: String
    /// The condition, in PromQL.
    public var expression: String
    /// How long it must hold, as Prometheus writes it, such as `5m`.
    public var duration: String
    /// How urgent it is: `page` or `ticket`.
    public var severity: String
    /// What is wrong and what to look at, in a sentence or two.
    public var summary: String

    /// Makes a rule.
    public init(_ name: String, when expression: String, for duration: String, severity: String, summary: String) {
        self.name = name
        self.expression = expression
        self.duration = duration
        self.severity = severity
        self.summary = summary
    }
}
