// SPDX-License-Identifier: Apache-2.0

/// Reads an injected clock as nanoseconds since it was made.
@usableFromInline
struct Ticker: Sendable {
    private let read: @Sendable () -> Int64

    init<C: Clock>(_ clock: C) where C.Instant == ContinuousClock.Instant {
        let origin = clock.now
        read = { origin.duration(to: clock.now).wholeNanoseconds }
    }

    @usableFromInline var now: Int64 { read() }
}

extension Duration {
    /// The whole nanoseconds, rounded down towards zero; durations beyond 292 years count as 292 years.
    @usableFromInline var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowedAgain) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflowed || overflowedAgain ? (seconds < 0 ? .min : .max) : sum
    }
}
