// SPDX-License-Identifier: Apache-2.0

extension ConcurrencyLimiter {
    /// The settings of a ``ConcurrencyLimiter``.
    public struct Configuration: Sendable {
        /// The most that may be in use at once, in units of weight.
        public var limit: Int
        /// The most callers that may wait; further ones are refused with ``ConcurrencyError/Code/queueFull``.
        ///
        /// The default is 10,000. With 0, nobody waits.
        public var maximumWaiting: Int
        /// The limiter's name in its metrics; few and fixed.
        ///
        /// The default is "default".
        public var name: String

        /// Makes a configuration.
        public init(limit: Int, maximumWaiting: Int = 10_000, name: String = "default") {
            self.limit = limit
            self.maximumWaiting = maximumWaiting
            self.name = name
        }

        func validate() throws(ConcurrencyError) {
            var problems = ConfigurationProblems()
            problems.require(limit >= 1, "limit must be at least 1, is \(limit)")
            problems.require(maximumWaiting >= 0, "maximumWaiting must not be negative, is \(maximumWaiting)")
            try problems.check()
        }
    }
}
