// SPDX-License-Identifier: Apache-2.0

extension MemoryPressureTracker {
    /// Where the levels begin, and how sure a fall must be.
    public struct Thresholds: Hashable, Sendable {
        /// The used part of the limit at which pressure is elevated.
        ///
        /// The default is 0.80.
        public var elevatedUtilisation = 0.80
        /// The used part of the limit at which pressure is critical.
        ///
        /// The default is 0.92.
        public var criticalUtilisation = 0.92
        /// The share of time in which some task waited for memory, at which pressure is elevated.
        ///
        /// The default is 0.10.
        public var elevatedStall = 0.10
        /// The share of time in which all tasks waited for memory, at which pressure is critical.
        ///
        /// The default is 0.10.
        public var criticalStall = 0.10
        /// How far under a threshold a figure must lie for the level to fall, as a part of the threshold.
        ///
        /// The default is 0.05.
        public var margin = 0.05
        /// How many readings in a row must call for a lower level before it falls.
        ///
        /// The default is 3.
        public var calmReadings = 3

        /// Makes thresholds of the defaults.
        public init() {}

        func check(_ problems: inout ConfigurationProblems) {
            problems.require(
                elevatedUtilisation > 0 && elevatedUtilisation < criticalUtilisation,
                "elevatedUtilisation must be positive and under criticalUtilisation"
            )
            problems.require(elevatedStall > 0 && criticalStall > 0, "stall thresholds must be positive")
            problems.require((0..<1).contains(margin), "margin must be at least 0 and under 1")
            problems.require(calmReadings >= 1, "calmReadings must be at least 1")
        }
    }
}
