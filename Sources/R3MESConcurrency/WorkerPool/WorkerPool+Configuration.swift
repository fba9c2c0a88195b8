// SPDX-License-Identifier: Apache-2.0

extension WorkerPool {
    /// The settings of a ``WorkerPool``.
    public struct Configuration: Sendable {
        /// How many jobs run at once.
        public var workers: Workers
        /// The most jobs that may wait for a worker, at least 1.
        ///
        /// The default is 1,000.
        public var maximumWaiting = 1_000
        /// What happens to a job that finds the queue full.
        ///
        /// The default is ``Overflow/wait``.
        public var overflow = Overflow.wait
        /// The pool's name in its metrics; few and fixed.
        ///
        /// The default is "default".
        public var name = "default"

        /// Makes a configuration; all but the workers has defaults.
        public init(workers: Workers) {
            self.workers = workers
        }

        func validate() throws(ConcurrencyError) {
            var problems = ConfigurationProblems()
            problems.require(workers.initial >= 1, "there must be at least 1 worker, not \(workers.initial)")
            problems.require(maximumWaiting >= 1, "maximumWaiting must be at least 1, is \(maximumWaiting)")
            try problems.check()
        }
    }

    /// How many jobs a ``WorkerPool`` runs at once.
    public struct Workers: Sendable {
        let initial: Int
        let algorithm: (any LimitAlgorithm)?

        /// Always the same number.
        public static func fixed(_ count: Int) -> Workers {
            Workers(initial: count, algorithm: nil)
        }

        /// As many as the algorithm finds best from how long jobs take.
        public static func adaptive(_ algorithm: any LimitAlgorithm) -> Workers {
            Workers(initial: algorithm.limit, algorithm: algorithm)
        }
    }

    /// What happens to a job that finds the queue of a ``WorkerPool`` full.
    public struct Overflow: Hashable, Sendable {
        enum Kind {
            case wait, refuse, dropOldest
        }

        let kind: Kind

        /// The submitter waits until there is room: back-pressure.
        public static let wait = Overflow(kind: .wait)
        /// The job is refused with ``ConcurrencyError/Code/queueFull``.
        public static let refuse = Overflow(kind: .refuse)
        /// The job that has waited longest in the least important class makes room and its submitter gets
        /// ``ConcurrencyError/Code/displaced``.
        ///
        /// If all that wait is more important, the new job is refused.
        public static let dropOldest = Overflow(kind: .dropOldest)
    }
}
