// SPDX-License-Identifier: Apache-2.0

extension BatchWriter {
    /// How a ``BatchWriter`` gathers, how much it holds, and how it tries again.
    public struct Configuration: Sendable {
        /// The label of the writer in its metrics.
        ///
        /// The default is `writer`.
        public var name = "writer"
        /// A batch is written when it has so many items.
        ///
        /// The default is 500.
        public var maximumBatchCount = 500
        /// A batch is written when it has so many bytes, as `byteCount` tells them.
        ///
        /// The default is 1 MiB.
        public var maximumBatchBytes = 1 << 20
        /// A batch is written when its oldest item is so old.
        ///
        /// The default is 5 ms; zero writes at once when nothing is in flight.
        public var maximumAge: Duration = .milliseconds(5)
        /// The most items held, in flight or gathering; whoever appends more waits.
        ///
        /// The default is 10,000.
        public var maximumHeldCount = 10_000
        /// The most bytes held.
        ///
        /// The default is 64 MiB.
        public var maximumHeldBytes = 64 << 20
        /// How many further calls may be made to find out which items make a batch fail, by halving it.
        ///
        /// When they are used up, the part that is left fails as a whole. The default is 256.
        public var maximumIsolationCalls = 256
        /// Whether the same call may succeed later, so that it is tried again as it is, not halved.
        ///
        /// The default says no.
        public var isTransient: @Sendable (any Error) -> Bool = { _ in false }
        /// How often a call that failed for a transient reason is tried again; nil tries until the writer has to stop,
        /// while callers wait for room.
        ///
        /// The default is nil.
        public var maximumRetries: Int?
        /// The pause before the first new try; it doubles with each.
        ///
        /// The default is 50 ms.
        public var retryDelay: Duration = .milliseconds(50)
        /// The longest pause between tries.
        ///
        /// The default is 5 s.
        public var maximumRetryDelay: Duration = .seconds(5)
        /// How long ``BatchWriter/run()`` goes on writing after graceful shutdown began.
        ///
        /// The default is 30 s.
        public var drainTimeout: Duration = .seconds(30)

        /// Makes a configuration of the defaults.
        public init() {}

        func validate() throws(BatchError) {
            var problems = ConfigurationProblems()
            problems.require(maximumBatchCount >= 1, "maximumBatchCount must be at least 1")
            problems.require(maximumBatchBytes >= 1, "maximumBatchBytes must be at least 1")
            problems.require(maximumAge >= .zero, "maximumAge must not be negative")
            problems.require(maximumHeldCount >= maximumBatchCount, "maximumHeldCount must not be under a batch")
            problems.require(maximumHeldBytes >= maximumBatchBytes, "maximumHeldBytes must not be under a batch")
            problems.require(maximumIsolationCalls >= 0, "maximumIsolationCalls must not be negative")
            problems.require(maximumRetries ?? 0 >= 0, "maximumRetries must not be negative")
            problems.require(retryDelay > .zero, "retryDelay must be positive")
            problems.require(maximumRetryDelay >= retryDelay, "maximumRetryDelay must not be under retryDelay")
            problems.require(drainTimeout >= .zero, "drainTimeout must not be negative")
            let waits = [
                ("maximumAge", maximumAge), ("maximumRetryDelay", maximumRetryDelay), ("drainTimeout", drainTimeout),
            ]
            for (name, wait) in waits {
                problems.require(wait <= ConfigurationProblems.longestWait, "\(name) must not be over a day")
            }
            try problems.check()
        }
    }
}
