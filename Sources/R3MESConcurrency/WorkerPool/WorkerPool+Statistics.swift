// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension WorkerPool {
    /// What a ``WorkerPool`` is doing and has done, all taken at one moment.
    public struct Statistics: Hashable, Sendable {
        /// The most jobs that run at once.
        public let workers: Int
        /// How many jobs run.
        public let running: Int
        /// How many jobs wait for a worker.
        public let waiting: Int
        /// How many submitters wait for room in the queue.
        public let waitingForRoom: Int
        /// How many jobs returned.
        public let completed: Int
        /// How many jobs threw.
        public let failed: Int
        /// How many jobs were never run, by reason.
        public let refused: Refusals
    }

    /// A snapshot; costs one short locked section.
    public var statistics: Statistics {
        state.withLock { state in
            Statistics(
                workers: state.pool.admission.limit,
                running: state.pool.admission.inUse,
                waiting: state.pool.admission.waiting,
                waitingForRoom: state.pool.waitingForRoom,
                completed: state.counts.completed,
                failed: state.counts.failed,
                refused: state.counts.refusals
            )
        }
    }
}
