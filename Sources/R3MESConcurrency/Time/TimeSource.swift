// SPDX-License-Identifier: Apache-2.0

/// Reads the present moment from an injected clock; the system's clock is read without a detour.
struct TimeSource: Sendable {
    /// Nil for the system's clock.
    private let readClock: (@Sendable () -> Moment)?

    init<C: Clock>(_ clock: C) where C.Instant == ContinuousClock.Instant {
        if clock is ContinuousClock {
            readClock = nil
        } else {
            readClock = { Moment(clock.now) }
        }
    }

    var now: Moment {
        readClock?() ?? Moment(ContinuousClock.now)
    }
}
