// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How much extra load retries and hedges together may put on a server: a token bucket filled by calls.
///
/// Every call puts ``Configuration/ratio`` tokens in; every retry and every hedge takes one out. When a server is down,
/// a client with three retries would send four times its load just when that does the most harm; with a budget it sends
/// 1.1 times. One budget may be shared by several clients. After Finagle's `RetryBudget`, with one difference: there
/// the minimum per second comes on top of the ratio, here the greater of the two holds, so that a busy client keeps to
/// the ratio.
///
/// Each operation is one short locked section.
public final class RetryBudget: Sendable {
    /// How much is granted.
    public struct Configuration: Hashable, Sendable {
        /// Extra requests per call.
        ///
        /// The default is 0.1.
        public var ratio: Double
        /// Extra requests that a client with few calls may send at once.
        ///
        /// The default is 10.
        public var reserve: Double
        /// How fast the reserve fills again, so that a client with few calls a second may repeat them.
        ///
        /// The default is 1.
        public var reservePerSecond: Double
        /// The most tokens that calls can save up.
        ///
        /// The default is 100.
        public var capacity: Double

        /// Makes a configuration.
        public init(ratio: Double = 0.1, reserve: Double = 10, reservePerSecond: Double = 1, capacity: Double = 100) {
            self.ratio = ratio
            self.reserve = reserve
            self.reservePerSecond = reservePerSecond
            self.capacity = capacity
        }
    }

    private let state: Mutex<State>
    private let timeline: Timeline

    /// Makes a full budget.
    ///
    /// - Throws: ``NetworkError`` with ``NetworkError/Code/invalidConfiguration``.
    public convenience init(_ configuration: Configuration = Configuration()) throws(NetworkError) {
        try self.init(configuration, timeline: .system)
    }

    init(_ configuration: Configuration, timeline: Timeline) throws(NetworkError) {
        try NetworkError.check(configuration.problems)
        self.timeline = timeline
        state = Mutex(State(configuration, now: timeline.now()))
    }

    /// Counts a call, which adds to the budget.
    public func deposit() {
        state.withLock { $0.deposit() }
    }

    /// Takes one token for a retry or a hedge; false if there is none.
    public func withdraw() -> Bool {
        let now = timeline.now()
        return state.withLock { $0.withdraw(now: now) }
    }

    /// Gives back a token whose request was not sent.
    func refund() {
        state.withLock { $0.refund() }
    }
}

extension RetryBudget.Configuration {
    var problems: [String] {
        var problems: [String] = []
        if !(0...10).contains(ratio) {
            problems.append("retry budget: ratio must be between 0 and 10")
        }
        if !(0...1_000_000).contains(reserve) {
            problems.append("retry budget: reserve must be between 0 and 1,000,000")
        }
        if !(0...1_000_000).contains(reservePerSecond) {
            problems.append("retry budget: reservePerSecond must be between 0 and 1,000,000")
        }
        if !(1...1_000_000).contains(capacity) {
            problems.append("retry budget: capacity must be between 1 and 1,000,000")
        }
        return problems
    }
}
