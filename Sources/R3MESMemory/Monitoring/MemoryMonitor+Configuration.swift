// SPDX-License-Identifier: Apache-2.0

extension MemoryMonitor {
    /// Thresholds and times of a ``MemoryMonitor``.
    public struct Configuration: Sendable {
        /// How often a sample is taken.
        ///
        /// The default is 1 s.
        public var interval: Duration = .seconds(1)
        /// Where the levels begin and end.
        public var thresholds = MemoryPressureTracker.Thresholds()
        /// The level from which on the allocator is asked to give its free memory back.
        ///
        /// By `malloc_trim`, when the level is reached and with each tenth sample while it lasts: glibc's arenas can hold many
        /// times what is in use. Nil for never. The default is critical.
        public var trimsHeapAt: MemoryPressureLevel? = .critical

        /// Makes a configuration of the defaults.
        public init() {}

        func validate() throws(MemoryError) {
            var problems = ConfigurationProblems()
            problems.require(interval > .zero, "interval must be positive")
            problems.require(interval <= ConfigurationProblems.longestWait, "interval must not be over a day")
            thresholds.check(&problems)
            try problems.check()
        }
    }
}
