// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension AdaptiveLimiter {
    /// What an ``AdaptiveLimiter`` is doing and has done, all taken at one moment.
    public struct Statistics: Hashable, Sendable {
        /// The limit that the algorithm holds right now.
        public let limit: Int
        /// The weight of the permits that are out.
        ///
        /// Above ``limit`` only after that has sunk.
        public let inUse: Int
        /// How many callers wait.
        public let waiting: Int
        /// True if the queue has been standing for longer than the interval.
        public let isOverloaded: Bool
        /// How many callers were admitted since the start.
        public let admitted: Int
        /// How many callers were refused since the start.
        public let refused: Refusals
    }

    /// A snapshot; costs one short locked section.
    public var statistics: Statistics {
        let now = timers.now
        return state.withLock { state in
            Statistics(
                limit: state.adaptive.admission.limit,
                inUse: state.adaptive.admission.inUse,
                waiting: state.adaptive.admission.waiting,
                isOverloaded: state.adaptive.detector.isOverloaded(at: now),
                admitted: state.admitted,
                refused: state.refusals
            )
        }
    }
}
