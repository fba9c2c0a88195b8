// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A concurrency limit that finds its own value from latency, and sheds what cannot be done in time.
///
/// The limit follows a ``LimitAlgorithm``. Who finds it reached waits, and how long depends on how things are:
/// - In good times the queue takes up bursts: first-come first-served within each ``PriorityClass``, for an interval at
///   most.
/// - A queue that has not been empty for that interval means overload. Then waiting is worth only a short target time,
///   the newest goes first since it has the most time left, and ``PriorityClass/low`` is shed at once.
/// - Work whose deadline is nearer than the fastest work takes is not begun at all.
/// - A full queue lets go of less important work for more important work.
///
/// Goodput thus stays near its peak while the load is many times what can be done.
public final class AdaptiveLimiter: Sendable {
    struct State {
        var adaptive: AdaptiveState
        var admitted = 0
        var refusals = Refusals()
    }

    let state: Mutex<State>
    let timers: TimerQueue
    let metrics: AdmissionMetrics
    let ledger: PermitLedger?
    let isOverload: @Sendable (any Error) -> Bool

    /// Makes a limiter.
    ///
    /// - Parameters:
    ///   - configuration: The algorithm and the queue.
    ///   - clock: The clock of latencies and deadlines.
    ///   - ledger: Where every permit is written down, for tests.
    /// - Throws: ``ConcurrencyError/Code/invalidConfiguration``.
    public init<C: Clock>(
        configuration: Configuration = Configuration(),
        clock: C = ContinuousClock(),
        ledger: PermitLedger? = nil
    ) throws(ConcurrencyError) where C.Instant == ContinuousClock.Instant {
        try configuration.validate()
        let adaptive = AdaptiveState(
            algorithm: configuration.algorithm,
            maximumWaiting: configuration.maximumWaiting,
            detector: OverloadDetector(target: configuration.target, interval: configuration.interval)
        )
        state = Mutex(State(adaptive: adaptive))
        timers = .on(clock)
        metrics = AdmissionMetrics(prefix: "r3mes_adaptive_limiter", name: configuration.name)
        self.ledger = ledger
        isOverload = configuration.isOverload
        metrics.limitChanged(to: configuration.algorithm.limit)
    }
}
