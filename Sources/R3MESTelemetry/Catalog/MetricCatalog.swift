// SPDX-License-Identifier: Apache-2.0

/// Every metric of a program, as values: what the registry publishes of them, documents, dashboards and alarms come from here.
public struct MetricCatalog: Sendable {
    /// Metrics that belong together.
    public struct Group: Sendable {
        /// What they are about.
        public var title: String
        /// The metrics.
        public var metrics: [MetricDefinition]

        /// Makes a group.
        public init(_ title: String, _ metrics: [MetricDefinition]) {
            self.title = title
            self.metrics = metrics
        }
    }

    /// The groups, in the order in which they are shown.
    public var groups: [Group]

    /// Makes a catalogue.
    public init(_ groups: [Group]) {
        self.groups = groups
    }

    /// All metrics.
    public var metrics: [MetricDefinition] { groups.flatMap(\.metrics) }
}
