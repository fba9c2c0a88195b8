// SPDX-License-Identifier: Apache-2.0

extension DataLoader {
    /// How a ``DataLoader`` gathers and what it does about missing and failing keys.
    public struct Configuration: Sendable {
        /// When gathered keys are loaded.
        public enum Dispatch: Hashable, Sendable {
            /// At once when no batch of the partition is in flight; what is asked for meanwhile makes the next batch.
            /// Adds no waiting time: the more load, the larger the batches.
            case whenIdle
            /// So long after the first key, or as soon as the batch is full.
            case window(Duration)
        }

        /// What a key gets for which the batch held nothing.
        public enum MissingKeyPolicy: Sendable {
            /// ``BatchError`` with the code `missingValue`.
            case fails
            /// This value, for instance nil where values are optional.
            case substitutes(Value)
        }

        /// The label of the loader in its metrics.
        ///
        /// The default is `loader`.
        public var name = "loader"
        /// When gathered keys are loaded.
        ///
        /// The default is when idle.
        public var dispatch = Dispatch.whenIdle
        /// The most keys in one batch.
        ///
        /// The default is 1,000.
        public var maximumBatchSize = 1000
        /// The most batches of one partition in flight.
        ///
        /// While one is, only a full batch (or one whose window is over) is sent beside it. The default is 4.
        public var maximumConcurrentBatches = 4
        /// What a key gets for which the batch held nothing.
        ///
        /// The default is that it fails.
        public var missingKey = MissingKeyPolicy.fails
        /// Whether a load of a key that is in flight waits for that result instead of loading it once more.
        ///
        /// A load that begins after ``DataLoader/clear(_:in:)`` never does. The default is true.
        public var joinsInFlight = true
        /// How many further calls may be made to find out which keys make a batch fail, by halving it.
        ///
        /// 0 fails all keys of the batch together. The default is 0.
        public var maximumIsolationCalls = 0

        /// Makes a configuration of the defaults.
        public init() {}

        func validate() throws(BatchError) {
            var problems = ConfigurationProblems()
            problems.require(maximumBatchSize >= 1, "maximumBatchSize must be at least 1")
            problems.require(maximumConcurrentBatches >= 1, "maximumConcurrentBatches must be at least 1")
            problems.require(maximumIsolationCalls >= 0, "maximumIsolationCalls must not be negative")
            if case .window(let window) = dispatch {
                problems.require(window >= .zero, "the window must not be negative")
                problems.require(window <= ConfigurationProblems.longestWait, "the window must not be over a day")
            }
            try problems.check()
        }
    }
}
