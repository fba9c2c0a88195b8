// SPDX-License-Identifier: Apache-2.0

extension EndpointSet {
    /// When an endpoint is ejected, and for how long.
    public struct Configuration: Hashable, Sendable {
        /// So many failures in a row eject an endpoint.
        ///
        /// The default is 5.
        public var consecutiveFailures: Int
        /// A lower share of successes among the last 64 calls ejects it too.
        ///
        /// The default is 0.5.
        public var minimumSuccessRate: Double
        /// With fewer calls the success rate says nothing.
        ///
        /// The default is 20; at most 64.
        public var minimumCalls: Int
        /// No more than this share is ejected at once, and never all.
        ///
        /// The default is 0.5.
        public var maximumEjected: Double
        /// How long the first ejection lasts; each further one twice as long.
        ///
        /// The default is 5 s.
        public var baseEjection: Duration
        /// No ejection lasts longer; an endpoint that was in for as long begins anew.
        ///
        /// The default is 5 min.
        public var maximumEjection: Duration

        /// Makes a configuration.
        public init(
            consecutiveFailures: Int = 5,
            minimumSuccessRate: Double = 0.5,
            minimumCalls: Int = 20,
            maximumEjected: Double = 0.5,
            baseEjection: Duration = .seconds(5),
            maximumEjection: Duration = .seconds(300)
        ) {
            self.consecutiveFailures = consecutiveFailures
            self.minimumSuccessRate = minimumSuccessRate
            self.minimumCalls = minimumCalls
            self.maximumEjected = maximumEjected
            self.baseEjection = baseEjection
            self.maximumEjection = maximumEjection
        }
    }
}

extension EndpointSet.Configuration {
    var problems: [String] {
        var problems: [String] = []
        if consecutiveFailures < 1 {
            problems.append("endpoints: consecutiveFailures must be at least 1")
        }
        if !(0...1).contains(minimumSuccessRate) || !(0...1).contains(maximumEjected) {
            problems.append("endpoints: minimumSuccessRate and maximumEjected must be between 0 and 1")
        }
        if !(1...64).contains(minimumCalls) {
            problems.append("endpoints: minimumCalls must be 1 to 64")
        }
        if baseEjection <= .zero || maximumEjection < baseEjection || maximumEjection > .seconds(86_400) {
            problems.append("endpoints: ejections must last above zero and at most one day, the first not the longest")
        }
        return problems
    }
}
