// SPDX-License-Identifier: Apache-2.0

extension AdaptiveLimiter {
    /// The settings of an ``AdaptiveLimiter``.
    public struct Configuration: Sendable {
        /// What finds the limit.
        ///
        /// The default is ``GradientLimit``.
        public var algorithm: any LimitAlgorithm = GradientLimit()
        /// The most callers that may wait.
        ///
        /// The default is 1,000.
        public var maximumWaiting = 1_000
        /// The longest wait in good times, and how long the queue may stand before that counts as overload.
        ///
        /// The default is 100 ms.
        public var interval: Duration = .milliseconds(100)
        /// The longest wait under overload.
        ///
        /// The default is 5 ms.
        public var target: Duration = .milliseconds(5)
        /// Which errors of the work speak of overload and lower the limit; others teach nothing.
        ///
        /// The default is this library's timeouts, missed deadlines and refusals.
        public var isOverload: @Sendable (any Error) -> Bool = Configuration.isRefusalOrTimeout
        /// The limiter's name in its metrics; few and fixed.
        ///
        /// The default is "default".
        public var name = "default"

        /// Makes a configuration of defaults.
        public init() {}

        func validate() throws(ConcurrencyError) {
            var problems = ConfigurationProblems()
            problems.require(maximumWaiting >= 0, "maximumWaiting must not be negative, is \(maximumWaiting)")
            problems.require(target > .zero, "target must be positive, is \(target)")
            problems.require(interval >= target, "interval must not be below target, is \(interval)")
            problems.require(interval <= Deadline.longest, "interval must be less than a hundred years, is \(interval)")
            try problems.check()
        }

        private static func isRefusalOrTimeout(_ error: any Error) -> Bool {
            let codes: [ConcurrencyError.Code] = [.timedOut, .deadlineExceeded, .queueFull, .shed, .displaced]
            return (error as? ConcurrencyError).map { codes.contains($0.code) } ?? false
        }
    }
}
