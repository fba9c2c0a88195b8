// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency

/// The clock of a pool, without its type; times are counted from the making of the pool.
struct PoolClock: Sendable {
    /// No single sleep is longer, since clocks fail on very long ones.
    private static let longestSleep = Duration.seconds(3600)

    private let origin: ContinuousClock.Instant
    /// Nil for the system's clock.
    private let readClock: (@Sendable () -> ContinuousClock.Instant)?
    private let sleepOnce: @Sendable (ContinuousClock.Instant) async throws -> Void
    /// Runs an operation for a limited time; see ``R3MESConcurrency/withTimeout(_:gracePeriod:clock:operation:)``.
    let limit: @Sendable (Duration, @escaping @Sendable () async throws -> Void) async throws -> Void

    init<C: Clock>(_ clock: C) where C.Instant == ContinuousClock.Instant {
        origin = clock.now
        if clock is ContinuousClock {
            readClock = nil
        } else {
            readClock = { clock.now }
        }
        sleepOnce = { try await clock.sleep(until: $0, tolerance: .zero) }
        limit = { time, operation in
            try await withTimeout(time, clock: clock, operation: operation)
        }
    }

    var now: Duration {
        origin.duration(to: readClock?() ?? ContinuousClock.now)
    }

    /// When a caller gives up that waits for so long, but not beyond the deadline of its task.
    func deadline(after timeout: Duration, from now: Duration) -> Duration {
        let longest = ConnectionPoolConfiguration.longest
        let own = now + min(max(timeout, .zero), longest)
        return Deadline.current.map { min(own, origin.duration(to: $0.instant)) } ?? own
    }

    /// Sleeps until a time, without tolerance; false if the task was cancelled meanwhile.
    func sleep(until time: Duration) async -> Bool {
        while true {
            let now = now
            guard now < time else {
                return !Task.isCancelled
            }
            do {
                try await sleepOnce(origin.advanced(by: min(time, now + Self.longestSleep)))
            } catch {
                return false
            }
        }
    }
}
