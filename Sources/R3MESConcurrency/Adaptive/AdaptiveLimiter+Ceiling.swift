// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension AdaptiveLimiter {
    /// Bounds the limit from above, whatever latency says; nil takes the bound away.
    ///
    /// For what latency does not show: less may be admitted while memory is scarce. Takes nothing away from work that is
    /// under way, and holds newcomers back until enough has ended; without the bound, waiters enter at once. Below 1 counts
    /// as 1. The algorithm goes on learning, and does not raise a limit that the bound keeps from being used.
    public func setCeiling(_ ceiling: Int?) {
        let limit = state.withLock { state in
            state.adaptive.setCeiling(ceiling ?? .max)
            return state.adaptive.admission.limit
        }
        metrics.limitChanged(to: limit)
        wake(now: timers.now)
    }
}
