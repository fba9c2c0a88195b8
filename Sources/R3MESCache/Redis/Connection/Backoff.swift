// SPDX-License-Identifier: Apache-2.0

/// How long to wait before the next try to connect.
///
/// Exponential with "equal jitter": half of the delay is certain, so that nobody hammers, and half is random, so that
/// clients that lost a server together don't come back together.
/// Source: Marc Brooker, Exponential Backoff and Jitter, AWS Architecture Blog, 2015.
struct Backoff: Sendable {
    let base: Duration
    let maximum: Duration
    private(set) var attempts = 0

    init(base: Duration, maximum: Duration) {
        self.base = base
        self.maximum = maximum
    }

    mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        let delay = min(base * (1 << min(attempts, 20)), maximum)
        attempts += 1
        return delay / 2 + delay / 2 * Double.random(in: 0...1, using: &generator)
    }

    mutating func reset() {
        attempts = 0
    }
}
