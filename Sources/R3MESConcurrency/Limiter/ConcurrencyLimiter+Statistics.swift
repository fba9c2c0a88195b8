// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension ConcurrencyLimiter {
    /// What a ``ConcurrencyLimiter`` is doing and has done, all taken at one moment.
    public struct Statistics: Hashable, Sendable {
        /// The most that may be in use at once.
        public let limit: Int
        /// The weight of the permits that are out.
        ///
        /// Above ``limit`` only after that was lowered.
        public let inUse: Int
        /// How many callers wait.
        public let waiting: Int
        /// How many callers were admitted since the start.
        public let admitted: Int
        /// How many callers were refused since the start.
        public let refused: Refusals
    }

    /// A snapshot; costs one short locked section.
    public var statistics: Statistics {
        state.withLock { state in
            Statistics(
                limit: state.admission.limit,
                inUse: state.admission.inUse,
                waiting: state.admission.waiting,
                admitted: state.admitted,
                refused: state.refusals
            )
        }
    }
}
