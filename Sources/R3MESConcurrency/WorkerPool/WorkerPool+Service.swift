// SPDX-License-Identifier: Apache-2.0

import Logging
import ServiceLifecycle
import Synchronization

extension WorkerPool {
    /// Works until graceful shutdown, ``drain()`` or ``stop()``, and then until the last job has ended.
    ///
    /// To be called once.
    ///
    /// Cancelling the task that runs it does what ``stop()`` does.
    ///
    /// - Throws: ``ConcurrencyError/Code/stopped`` if the pool runs or has run before.
    public func run() async throws {
        guard state.withLock({ $0.pool.begin() }) else {
            throw ConcurrencyError(.stopped, "a worker pool can be run once")
        }
        logger.debug("The worker pool begins to work")
        wake()
        await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await done.wait()
            } onGracefulShutdown: {
                self.drain()
            }
        } onCancel: {
            stop()
        }
        logger.debug("The worker pool has ended")
    }

    /// Takes no more jobs and lets ``run()`` return when those that were accepted have ended.
    public func drain() {
        state.withLock { $0.pool.drain() }
        finishIfDone()
    }

    /// Takes no more jobs, refuses those that wait with ``ConcurrencyError/Code/stopped``, cancels those that run, and
    /// lets ``run()`` return when they have ended.
    public func stop() {
        let stopped = state.withLock { $0.pool.stop() }
        for ticket in stopped.tickets {
            ticket.resolve(.refused(.stopped))
        }
        for waiter in stopped.roomWaiters {
            waiter.verdict.resolve(.refused(.stopped))
        }
        for task in stopped.tasks {
            task.cancel()
        }
        finishIfDone()
    }
}
