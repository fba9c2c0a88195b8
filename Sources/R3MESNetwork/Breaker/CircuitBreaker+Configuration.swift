// SPDX-License-Identifier: Apache-2.0

extension CircuitBreaker {
    /// Which outcomes a breaker looks at.
    public enum Window: Hashable, Sendable {
        /// The last so many calls; at most 10,000.
        case calls(Int)
        /// The calls of the last so much time, in ten slices.
        case time(Duration)
    }

    /// When a breaker opens and how it closes again.
    public struct Configuration: Hashable, Sendable {
        /// The share of failures from which on the breaker opens.
        ///
        /// The default is 0.5.
        public var failureRate: Double
        /// A call that takes longer is slow.
        ///
        /// The default is 5 s.
        public var slowCall: Duration
        /// The share of slow calls from which on the breaker opens.
        ///
        /// The default is 1: when all are slow.
        public var slowCallRate: Double
        /// What the shares are taken of.
        ///
        /// The default is the calls of the last 10 s.
        public var window: Window
        /// With fewer calls in the window the breaker stays closed.
        ///
        /// The default is 20.
        public var minimumCalls: Int
        /// How long the breaker refuses everything before it lets probes through.
        ///
        /// The default is 5 s.
        public var openDuration: Duration
        /// How many probes decide whether it closes; no more are in flight at once.
        ///
        /// The default is 3.
        public var probes: Int

        /// Makes a configuration.
        public init(
            failureRate: Double = 0.5,
            slowCall: Duration = .seconds(5),
            slowCallRate: Double = 1,
            window: Window = .time(.seconds(10)),
            minimumCalls: Int = 20,
            openDuration: Duration = .seconds(5),
            probes: Int = 3
        ) {
            self.failureRate = failureRate
            self.slowCall = slowCall
            self.slowCallRate = slowCallRate
            self.window = window
            self.minimumCalls = minimumCalls
            self.openDuration = openDuration
            self.probes = probes
        }
    }
}

extension CircuitBreaker.Configuration {
    var problems: [String] {
        var problems: [String] = []
        if !(failureRate > 0 && failureRate <= 1) {
            problems.append("circuit breaker: failureRate must be above 0 and at most 1")
        }
        if !(slowCallRate > 0 && slowCallRate <= 1) {
            problems.append("circuit breaker: slowCallRate must be above 0 and at most 1")
        }
        if slowCall <= .zero {
            problems.append("circuit breaker: slowCall must be above zero")
        }
        switch window {
        case .calls(let calls) where !(1...10_000).contains(calls):
            problems.append("circuit breaker: window must have 1 to 10,000 calls")
        case .calls(let calls) where calls < minimumCalls:
            problems.append("circuit breaker: minimumCalls must not be above the window's calls")
        case .time(let time) where !(.milliseconds(10) ... .seconds(86_400)).contains(time):
            problems.append("circuit breaker: window must be 10 ms to one day")
        case .calls, .time:
            break
        }
        if minimumCalls < 1 {
            problems.append("circuit breaker: minimumCalls must be at least 1")
        }
        if !(.zero ... .seconds(86_400)).contains(openDuration) {
            problems.append("circuit breaker: openDuration must be zero to one day")
        }
        if !(1...1_000).contains(probes) {
            problems.append("circuit breaker: probes must be 1 to 1,000")
        }
        return problems
    }
}
