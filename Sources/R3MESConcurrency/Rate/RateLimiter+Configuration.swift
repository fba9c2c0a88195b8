// SPDX-License-Identifier: Apache-2.0

extension RateLimiter {
    /// The settings of a ``RateLimiter``.
    public struct Configuration: Sendable {
        /// What each key is allowed.
        public var limit: RateLimit
        /// How many keys can be short of their full burst at one time before any is forgotten.
        ///
        /// The default is 1,000,000. Memory grows as needed, to at most 48 bytes for each of them.
        public var maximumKeys: Int
        /// The limiter's name in its metrics; few and fixed.
        ///
        /// The default is "default".
        public var name: String

        /// Makes a configuration.
        public init(limit: RateLimit, maximumKeys: Int = 1_000_000, name: String = "default") {
            self.limit = limit
            self.maximumKeys = maximumKeys
            self.name = name
        }

        func validate() throws(ConcurrencyError) {
            var problems = ConfigurationProblems()
            problems.require(
                (1...1_000_000_000).contains(maximumKeys),
                "maximumKeys must be between 1 and 1,000,000,000, is \(maximumKeys)"
            )
            try problems.check()
        }
    }
}
