// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Reads one clock and sleeps on it; the clock's type is gone, so that what uses it need not be generic.
struct Timeline: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// No single sleep is longer, since clocks fail on very long ones.
    private static let longestSleep = Duration.seconds(3600)

    /// The system's clock.
    static let system = Timeline(ContinuousClock())

    let now: @Sendable () -> Instant
    /// Makes a limiter whose deadlines are on the same clock.
    let makeLimiter: @Sendable (ConcurrencyLimiter.Configuration) throws(ConcurrencyError) -> ConcurrencyLimiter
    private let sleepOnce: @Sendable (Instant) async throws -> Void

    init<C: Clock>(_ clock: C) where C.Instant == Instant {
        now = { clock.now }
        makeLimiter = { configuration throws(ConcurrencyError) in
            try ConcurrencyLimiter(configuration: configuration, clock: clock)
        }
        sleepOnce = { try await clock.sleep(until: $0, tolerance: .zero) }
    }

    /// Sleeps until the instant without tolerance; false if the task was cancelled meanwhile.
    func sleep(until instant: Instant) async -> Bool {
        while true {
            let now = now()
            guard now < instant else {
                return !Task.isCancelled
            }
            do {
                try await sleepOnce(min(instant, now.advanced(by: Self.longestSleep)))
            } catch {
                return false
            }
        }
    }

    /// Seconds since 1970, for dates in header fields and nothing else.
    static func wallClock() -> Int64 {
        Int64(time(nil))
    }
}
