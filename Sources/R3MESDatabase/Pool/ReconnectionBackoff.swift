// SPDX-License-Identifier: Apache-2.0

/// How long to wait after failed attempts to connect: exponential, with the upper half of each wait left to chance, so
/// that the instances of a service do not return to a recovering server all at once.
///
/// The jitter is the "equal jitter" of Marc Brooker's "Exponential Backoff And Jitter" (AWS, 2015): never near zero.
public struct ReconnectionBackoff: Hashable, Sendable {
    /// The longest wait after the first failure.
    ///
    /// The default is 100 ms.
    public var base: Duration
    /// No wait is longer.
    ///
    /// The default is 5 s. It is also the longest time for which the pool may fail to notice that the server is back.
    public var maximum: Duration

    /// Makes a backoff.
    public init(base: Duration = .milliseconds(100), maximum: Duration = .seconds(5)) {
        self.base = base
        self.maximum = maximum
    }

    /// The wait after so many failures in a row; `chance` is between 0 and 1.
    func wait(afterFailures failures: Int, chance: Double) -> Duration {
        var wait = min(base, maximum)
        for _ in 1..<min(max(failures, 1), 64) where wait < maximum {
            wait = min(wait * 2, maximum)
        }
        return wait * (0.5 + chance / 2)
    }
}
