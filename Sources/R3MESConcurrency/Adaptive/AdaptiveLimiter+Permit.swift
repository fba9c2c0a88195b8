// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension AdaptiveLimiter {
    /// Runs the body while holding a permit, and learns from how long it takes.
    ///
    /// - Parameters:
    ///   - priority: How much the work matters when not all of it can be done.
    ///   - weight: How much of the limit the work takes. Below 1 counts as 1; above the limit, as the whole limit.
    ///   - deadline: By when the work must be done. The tighter of this one and ``Deadline/current`` counts.
    ///   - body: The work.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws; ``ConcurrencyError`` with ``ConcurrencyError/Code/shed``,
    ///   ``ConcurrencyError/Code/displaced``, ``ConcurrencyError/Code/queueFull`` or
    ///   ``ConcurrencyError/Code/deadlineExceeded``, or `CancellationError`, if it never ran.
    public func withPermit<Result>(
        priority: PriorityClass = .normal,
        weight: Int = 1,
        deadline: Deadline? = nil,
        file: String = #fileID,
        line: Int = #line,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let permit = try await acquire(
            priority: priority,
            weight: weight,
            deadline: deadline?.tightenedByCurrent ?? Deadline.current
        )
        let entry = ledger?.issue(charge: permit.charge, file: file, line: line)
        do {
            let result = try await body()
            finish(permit, entry, failure: nil)
            return result
        } catch {
            finish(permit, entry, failure: error)
            throw error
        }
    }

    private struct Permit {
        let charge: Int
        let inUse: Int
        let start: Moment
    }

    private func acquire(priority: PriorityClass, weight: Int, deadline: Deadline?) async throws -> Permit {
        guard !Task.isCancelled else {
            throw refuse(.cancelled)
        }
        let now = timers.now
        let entrance = state.withLock { state in
            let entrance = state.adaptive.enter(
                weight: weight,
                priority: priority,
                deadline: deadline?.moment,
                now: now
            )
            if case .admitted = entrance {
                state.admitted += 1
            }
            return entrance
        }
        switch entrance {
        case .admitted(let charge, let inUse):
            metrics.admit(charge)
            return Permit(charge: charge, inUse: inUse, start: now)
        case .refused(let reason):
            throw refuse(reason)
        case .waiting(let completion, let handle, let until, let reason, let displaced):
            displaced?.completion.resolve(.refused(.displaced))
            metrics.beginWaiting()
            let verdict = await completion.verdict(until: until, reason: reason, on: timers) { [self] reason in
                leave(handle, reason)
            }
            let admitted = timers.now
            metrics.endWaiting(after: now.duration(to: admitted))
            return try accept(verdict, deadline: deadline, now: admitted)
        }
    }

    private func accept(_ verdict: Verdict, deadline: Deadline?, now: Moment) throws -> Permit {
        switch verdict {
        case .refused(let reason):
            throw refuse(reason)
        case .admitted(let charge, let inUse):
            // Cancelled, or too late, at the very moment of being admitted.
            let isTooLate = deadline.map { now >= $0.moment } ?? false
            guard !Task.isCancelled, !isTooLate else {
                state.withLock { $0.adaptive.finish(charge, sample: nil) }
                wake(now: now)
                throw refuse(isTooLate ? .deadlineExceeded : .cancelled)
            }
            state.withLock { $0.admitted += 1 }
            metrics.admit(charge)
            return Permit(charge: charge, inUse: inUse, start: now)
        }
    }

    private func finish(_ permit: Permit, _ entry: UInt64?, failure: (any Error)?) {
        if let ledger, let entry {
            ledger.giveBack(entry)
        }
        let now = timers.now
        let isOverload = failure.map(self.isOverload) ?? false
        let sample: LimitSample? =
            failure == nil || isOverload
            ? LimitSample(
                latency: permit.start.duration(to: now),
                inFlight: permit.inUse,
                isOverloaded: isOverload
            )
            : nil
        let (before, after, hasWaiters) = state.withLock { state in
            let before = state.adaptive.admission.limit
            state.adaptive.finish(permit.charge, sample: sample)
            return (before, state.adaptive.admission.limit, state.adaptive.admission.waiting > 0)
        }
        metrics.release(permit.charge)
        if before != after {
            metrics.limitChanged(to: after)
        }
        if hasWaiters {
            wake(now: now)
        }
    }

    private func leave(_ handle: AdaptiveState.Admission.Handle, _ reason: RefusalReason) {
        let now = timers.now
        let waiter = state.withLock { $0.adaptive.leave(handle, now: now) }
        waiter?.completion.resolve(.refused(reason))
        wake(now: now)
    }

    private func refuse(_ reason: RefusalReason) -> any Error {
        state.withLock { $0.refusals.count(reason) }
        metrics.refuse(reason)
        return reason.error
    }

    /// Tells those who have their turn, outside the lock.
    func wake(now: Moment) {
        while let step = state.withLock({ $0.adaptive.next(now: now) }) {
            switch step {
            case .admit(let admission):
                admission.waiter.completion.resolve(.admitted(charge: admission.charge, inUse: admission.inUse))
            case .refuse(let waiter, let reason):
                waiter.completion.resolve(.refused(reason))
            }
        }
    }
}
