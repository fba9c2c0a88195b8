// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

extension WorkerPool {
    /// Has a worker run the job and returns its result.
    ///
    /// A submitter that is cancelled leaves at once; its job is cancelled too, and taken out of the queue if it has not
    /// begun.
    ///
    /// - Throws: What the job throws; `CancellationError`; ``ConcurrencyError`` with
    ///   ``ConcurrencyError/Code/queueFull``, ``ConcurrencyError/Code/displaced``, ``ConcurrencyError/Code/stopped`` or
    ///   ``ConcurrencyError/Code/deadlineExceeded`` if it was never run.
    public func submit<Value: Sendable>(
        priority: PriorityClass = .normal,
        _ job: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let result = Completion<Result<Value, any Error>>()
        let task = try await accept(priority: priority) { work in
            do {
                try work.checkAdmission()
                let value = try await job()
                return Ending(failure: nil) { result.resolve(.success(value)) }
            } catch {
                return Ending(failure: error) { result.resolve(.failure(error)) }
            }
        }
        return try await withTaskCancellationHandler {
            await result.wait()
        } onCancel: {
            task.cancel()
            result.resolve(.failure(CancellationError()))
        }.get()
    }

    /// Hands a job over and returns as soon as the pool has accepted it.
    ///
    /// The submitter's later fate does not touch the job; what the job throws is logged and counted.
    ///
    /// - Throws: `CancellationError` if the submitter is cancelled while it waits for room; ``ConcurrencyError`` with
    ///   ``ConcurrencyError/Code/queueFull`` or ``ConcurrencyError/Code/stopped``.
    public func handOver(
        priority: PriorityClass = .normal,
        _ job: @escaping @Sendable () async throws -> Void
    ) async throws {
        _ = try await accept(priority: priority) { [logger] work in
            do {
                try work.checkAdmission()
                try await job()
                return Ending(failure: nil)
            } catch {
                return Ending(failure: error) {
                    logger.error("A job failed", metadata: ["error": "\(error)"])
                }
            }
        }
    }
}
