// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What the state decided, performed outside the lock.
extension WorkerPool {
    func release(_ charge: Int, sample: LimitSample?) {
        let (before, after) = state.withLock { state in
            let before = state.pool.admission.limit
            state.pool.release(charge, sample: sample)
            return (before, state.pool.admission.limit)
        }
        if before != after {
            metrics.admission.limitChanged(to: after)
        }
        wake()
    }

    func leave(_ place: WorkerPoolState.Place, _ reason: RefusalReason) {
        guard let handle = place.handle, let ticket = state.withLock({ $0.pool.leave(handle) }) else {
            return
        }
        ticket.resolve(.refused(reason))
        wake()
    }

    func refuse(_ reason: RefusalReason) -> any Error {
        state.withLock { $0.counts.refusals.count(reason) }
        metrics.admission.refuse(reason)
        return reason.error
    }

    func endTask(_ number: UInt64) {
        state.withLock { $0.pool.end(number) }
        finishIfDone()
    }

    func finishIfDone() {
        if state.withLock({ $0.pool.isDone }) {
            done.resolve(())
        }
    }

    /// Tells those who have their turn.
    func wake() {
        while let step = state.withLock({ $0.pool.next() }) {
            switch step {
            case .start(let admission):
                admission.waiter.resolve(.admitted(charge: admission.charge, inUse: admission.inUse))
            case .accept(let waiter, let place):
                waiter.verdict.resolve(.accepted(place))
            }
        }
    }
}
