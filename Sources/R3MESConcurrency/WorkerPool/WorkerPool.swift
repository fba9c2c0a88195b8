// SPDX-License-Identifier: Apache-2.0

public import Logging
public import ServiceLifecycle
import Synchronization

/// Does jobs with a bounded number of workers, out of a bounded queue.
///
/// Each job runs in a task of its own, which inherits the submitter's task-local values, ``Deadline`` and priority; a
/// worker is the right to run one. Jobs begin first-come first-served within their ``PriorityClass``. What a job throws
/// reaches its submitter alone.
///
/// Jobs begin once ``run()`` runs, which is the pool's whole life: on graceful shutdown it takes no more jobs, finishes
/// those it has, and returns; when cancelled it also cancels them. An accepted job is run or its submitter is told;
/// none is lost. A job must not wait for another job of its own pool: if all workers do that, nobody works.
public final class WorkerPool: Service {
    struct State {
        var pool: WorkerPoolState
        var counts = Counts()
    }

    struct Counts {
        var completed = 0
        var failed = 0
        var refusals = Refusals()
    }

    let state: Mutex<State>
    let timers: TimerQueue
    let metrics: WorkerPoolMetrics
    let logger: Logger
    let done = Completion<Void>()

    /// Makes a pool, which takes jobs at once and begins them when ``run()`` runs.
    ///
    /// - Parameters:
    ///   - configuration: The workers and the queue.
    ///   - logger: Where failures of handed-over jobs go, as do start and end.
    ///   - clock: The clock of latencies and deadlines.
    /// - Throws: ``ConcurrencyError/Code/invalidConfiguration``.
    public init<C: Clock>(
        configuration: Configuration,
        logger: Logger,
        clock: C = ContinuousClock()
    ) throws(ConcurrencyError) where C.Instant == ContinuousClock.Instant {
        try configuration.validate()
        state = Mutex(
            State(
                pool: WorkerPoolState(
                    workers: configuration.workers,
                    maximumWaiting: configuration.maximumWaiting,
                    overflow: configuration.overflow
                )
            )
        )
        timers = .on(clock)
        metrics = WorkerPoolMetrics(name: configuration.name)
        self.logger = logger
        metrics.admission.limitChanged(to: configuration.workers.initial)
    }
}
