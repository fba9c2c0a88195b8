// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A fair limit on how much is done at once: an asynchronous, weighted semaphore with a bounded queue.
///
/// Callers enter first-come first-served within their ``PriorityClass``. Whoever waits may leave by cancellation or at
/// its deadline, at once and leaving nothing behind; a permit is given back exactly once, when the closure that holds
/// it has ended. Put ``withTimeout(_:gracePeriod:clock:operation:)`` around
/// ``withPermit(priority:weight:deadline:file:line:_:)`` and not inside it, so that work which outlives its timeout
/// still counts against the limit.
///
/// Taking and giving back a free permit costs two short locked sections and no allocation.
public final class ConcurrencyLimiter: Sendable {
    typealias Admission = AdmissionState<Completion<Verdict>>

    struct State {
        var admission: Admission
        var admitted = 0
        var refusals = Refusals()
    }

    let state: Mutex<State>
    let timers: TimerQueue
    let metrics: AdmissionMetrics
    let ledger: PermitLedger?

    /// Makes a limiter.
    ///
    /// - Parameters:
    ///   - configuration: The limit and the queue.
    ///   - clock: The clock of the deadlines.
    ///   - ledger: Where every permit is written down, for tests and for finding who holds what.
    /// - Throws: ``ConcurrencyError/Code/invalidConfiguration``.
    public init<C: Clock>(
        configuration: Configuration,
        clock: C = ContinuousClock(),
        ledger: PermitLedger? = nil
    ) throws(ConcurrencyError) where C.Instant == ContinuousClock.Instant {
        try configuration.validate()
        state = Mutex(
            State(admission: Admission(limit: configuration.limit, maximumWaiting: configuration.maximumWaiting))
        )
        timers = .on(clock)
        metrics = AdmissionMetrics(prefix: "r3mes_concurrency_limiter", name: configuration.name)
        self.ledger = ledger
        metrics.limitChanged(to: configuration.limit)
    }

    /// The most that may be in use at once.
    public var limit: Int {
        state.withLock { $0.admission.limit }
    }

    /// Changes the limit while permits are out.
    ///
    /// A higher one admits waiters at once; a lower one takes nothing away, it holds newcomers back until enough has
    /// been returned. Below 1 counts as 1.
    public func setLimit(_ limit: Int) {
        let next = state.withLock { state in
            state.admission.setLimit(limit)
            return state.admission.admitNext()
        }
        metrics.limitChanged(to: max(limit, 1))
        wake(next)
    }
}
