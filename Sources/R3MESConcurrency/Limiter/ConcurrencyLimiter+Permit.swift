// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension ConcurrencyLimiter {
    /// Runs the body while holding a permit.
    ///
    /// - Parameters:
    ///   - priority: The class to wait in.
    ///   - weight: How much of the limit the work takes. Below 1 counts as 1; above the limit, as the whole limit.
    ///   - deadline: When to give up waiting. The tighter of this one and ``Deadline/current`` counts.
    ///   - body: The work.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws; ``ConcurrencyError`` with ``ConcurrencyError/Code/queueFull`` or
    ///   ``ConcurrencyError/Code/deadlineExceeded``, or `CancellationError`, if it never ran.
    public func withPermit<Result>(
        priority: PriorityClass = .normal,
        weight: Int = 1,
        deadline: Deadline? = nil,
        file: String = #fileID,
        line: Int = #line,
        _ body: () async throws -> Result
    ) async throws -> Result {
        let charge: Int
        let deadline = deadline?.tightenedByCurrent ?? Deadline.current
        switch try enter(priority: priority, weight: weight, deadline: deadline) {
        case .admitted(let admittedCharge):
            charge = admittedCharge
        case .waiting(let waiter, let handle):
            charge = try await wait(waiter, handle, deadline: deadline)
        }
        metrics.admit(charge)
        let entry = ledger?.issue(charge: charge, file: file, line: line)
        defer {
            if let ledger, let entry {
                ledger.giveBack(entry)
            }
            release(charge)
        }
        return try await body()
    }

    private enum Entrance {
        case admitted(charge: Int)
        case waiting(Completion<Verdict>, Admission.Handle)
    }

    private func enter(priority: PriorityClass, weight: Int, deadline: Deadline?) throws -> Entrance {
        guard !Task.isCancelled else {
            throw refuse(.cancelled)
        }
        if let deadline, timers.now >= deadline.moment {
            throw refuse(.deadlineExceeded)
        }
        let entrance = state.withLock { state -> Entrance? in
            if let charge = state.admission.admit(weight: weight, priority: priority) {
                state.admitted += 1
                return .admitted(charge: charge)
            }
            guard !state.admission.isFull else {
                return nil
            }
            let waiter = Completion<Verdict>()
            return state.admission.enqueue(waiter, weight: weight, priority: priority)
                .map { .waiting(waiter, $0) }
        }
        guard let entrance else {
            throw refuse(.queueFull)
        }
        return entrance
    }

    private func wait(
        _ waiter: Completion<Verdict>,
        _ handle: Admission.Handle,
        deadline: Deadline?
    ) async throws -> Int {
        let start = timers.now
        metrics.beginWaiting()
        let verdict = await waiter.verdict(
            until: deadline?.moment,
            reason: .deadlineExceeded,
            on: timers
        ) { [self] reason in
            leave(handle, reason)
        }
        let now = timers.now
        metrics.endWaiting(after: start.duration(to: now))
        switch verdict {
        case .refused(let reason):
            throw refuse(reason)
        case .admitted(let charge, _):
            // Cancelled, or too late, at the very moment of being admitted.
            let reason: RefusalReason? =
                Task.isCancelled
                ? .cancelled
                : deadline.flatMap { now >= $0.moment ? .deadlineExceeded : nil }
            if let reason {
                giveBack(charge)
                throw refuse(reason)
            }
            state.withLock { $0.admitted += 1 }
            return charge
        }
    }

    private func leave(_ handle: Admission.Handle, _ reason: RefusalReason) {
        let (waiter, next) = state.withLock { state in
            let waiter = state.admission.leave(handle)
            // Without the one that left, those behind it may fit.
            return (waiter, waiter == nil ? nil : state.admission.admitNext())
        }
        waiter?.resolve(.refused(reason))
        wake(next)
    }

    private func refuse(_ reason: RefusalReason) -> any Error {
        state.withLock { $0.refusals.count(reason) }
        metrics.refuse(reason)
        return reason.error
    }

    private func release(_ charge: Int) {
        metrics.release(charge)
        giveBack(charge)
    }

    private func giveBack(_ charge: Int) {
        let next = state.withLock { state in
            state.admission.release(charge)
            return state.admission.admitNext()
        }
        wake(next)
    }

    /// Wakes the waiter, and those who fit beside it, outside the lock.
    func wake(_ admission: Admission.Admission?) {
        var next = admission
        while let admission = next {
            admission.waiter.resolve(.admitted(charge: admission.charge, inUse: admission.inUse))
            next = admission.hasMore ? state.withLock { $0.admission.admitNext() } : nil
        }
    }
}
