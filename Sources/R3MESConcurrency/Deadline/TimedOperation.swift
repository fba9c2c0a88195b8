// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Performs what a ``TimeoutState`` decides: cancels the operation, frees the caller, counts what goes on without it.
final class TimedOperation<Value: Sendable>: Sendable {
    typealias Cause = TimeoutState<Value>.Cause

    private let state = Mutex(TimeoutState<Value>())
    private let result = Completion<Result<Value, any Error>>()
    private let gracePeriod: Duration
    private let timers: TimerQueue
    private let metrics: TimeoutMetrics

    init(gracePeriod: Duration, timers: TimerQueue, metrics: TimeoutMetrics) {
        self.gracePeriod = min(max(gracePeriod, .zero), Deadline.longest)
        self.timers = timers
        self.metrics = metrics
    }

    func run(
        until deadline: Deadline,
        cause: Cause,
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task {
            do {
                let value = try await Deadline.$bound.withValue(deadline, operation: operation)
                end(.success(value))
            } catch {
                end(.failure(error))
            }
        }
        let timer = timers.schedule(at: deadline.moment) {
            self.stop(task, cause)
        }
        defer {
            timers.cancel(timer)
        }
        return try await withTaskCancellationHandler {
            await result.wait()
        } onCancel: {
            stop(task, .callerCancelled)
        }.get()
    }

    private func stop(_ task: Task<Void, Never>, _ cause: Cause) {
        guard state.withLock({ $0.stop(cause) }) else {
            return
        }
        metrics.stop(cause)
        task.cancel()
        if gracePeriod == .zero {
            abandon()
        } else {
            // Left to fire when the operation ends in time: it then finds nothing to do.
            _ = timers.schedule(at: timers.now.advanced(by: gracePeriod)) {
                self.abandon()
            }
        }
    }

    private func end(_ outcome: Result<Value, any Error>) {
        if let answer = state.withLock({ $0.end(outcome) }) {
            result.resolve(answer)
        } else {
            metrics.endAbandoned()
        }
    }

    private func abandon() {
        if let answer = state.withLock({ $0.abandon() }) {
            metrics.abandon()
            result.resolve(answer)
        }
    }
}
