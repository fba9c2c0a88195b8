// SPDX-License-Identifier: Apache-2.0

/// How long to wait before each retry: exponential, with jitter so that callers who failed together do not return
/// together.
///
/// The two jitters are those of Marc Brooker's "Exponential Backoff And Jitter" (AWS, 2015).
public struct Backoff: Hashable, Sendable {
    /// How chance changes a wait.
    public enum Jitter: Hashable, Sendable {
        /// Exactly `base × multiplierⁿ`, for tests and for a single caller.
        case none
        /// Even between zero and the exponential wait: the least load on the server.
        case full
        /// Even between ``Backoff/base`` and three times the wait before: never near zero, but grows less regularly.
        case decorrelated
    }

    /// The exponential wait before the first retry.
    ///
    /// The default is 50 ms.
    public var base: Duration
    /// By how much each wait is longer than the one before.
    ///
    /// The default is 2.
    public var multiplier: Double
    /// No wait is longer.
    ///
    /// The default is 5 s.
    public var maximum: Duration
    /// The default is ``Jitter/full``.
    public var jitter: Jitter

    /// Makes a backoff.
    public init(
        base: Duration = .milliseconds(50),
        multiplier: Double = 2,
        maximum: Duration = .seconds(5),
        jitter: Jitter = .full
    ) {
        self.base = base
        self.multiplier = multiplier
        self.maximum = maximum
        self.jitter = jitter
    }

    /// The wait before retry number `retry` (the first is 1), given the wait before it.
    ///
    /// Defined for every input: a retry number below 1 counts as 1, and a product beyond ``maximum`` is ``maximum``.
    public func wait(
        beforeRetry retry: Int,
        previous: Duration?,
        using generator: inout some RandomNumberGenerator
    ) -> Duration {
        switch jitter {
        case .none:
            return exponential(retry)
        case .full:
            return exponential(retry) * Double.random(in: 0...1, using: &generator)
        case .decorrelated:
            let high = min(max(previous ?? base, base) * 3, max(maximum, base))
            return min(base + (high - base) * Double.random(in: 0...1, using: &generator), maximum)
        }
    }

    private func exponential(_ retry: Int) -> Duration {
        var wait = min(base, maximum)
        for _ in 1..<min(max(retry, 1), 64) where wait < maximum {
            wait = min(wait * multiplier, maximum)
        }
        return wait
    }
}
