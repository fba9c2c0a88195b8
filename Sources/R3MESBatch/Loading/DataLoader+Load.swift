// SPDX-License-Identifier: Apache-2.0

import Instrumentation
import Synchronization

extension DataLoader {
    /// The value of the key.
    ///
    /// - Throws: The error of this key, or of the call; ``BatchError`` with the code `missingValue` when the batch held
    ///   nothing for the key; `CancellationError` at once when the caller is cancelled.
    public func load(_ key: Key, in partition: BatchPartition = .shared) async throws -> Value {
        let id = makeCallerID()
        let (context, trace) = (captureContext?(), InstrumentationContext.current)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let caller = Machine.Lane.Caller(
                    id: id,
                    waiter: .one(continuation),
                    context: context,
                    trace: trace
                )
                register(key, in: partition, by: caller)
            }
        } onCancel: {
            cancel(id, of: key, in: partition)
        }
    }

    /// The result of each key, each by itself.
    ///
    /// - Throws: `CancellationError` at once when the caller is cancelled.
    public func results<Keys: Sequence<Key>>(
        for keys: Keys,
        in partition: BatchPartition = .shared
    ) async throws -> [Key: Result<Value, any Error>] {
        let keys = Set(keys)
        guard !keys.isEmpty else { return [:] }
        let id = makeCallerID()
        let (context, trace) = (captureContext?(), InstrumentationContext.current)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let collector = LoadCollector(count: keys.count, continuation: continuation)
                var caller = Machine.Lane.Caller(
                    id: id,
                    waiter: .many(collector),
                    context: context,
                    trace: trace
                )
                for key in keys {
                    register(key, in: partition, by: caller)
                    // One link for each caller, however many keys it asks for.
                    caller.trace = nil
                }
            }
        } onCancel: {
            for key in keys {
                cancel(id, of: key, in: partition)
            }
        }
    }

    /// The value of each key.
    ///
    /// - Throws: The error of one of the keys when any has one; see ``load(_:in:)``.
    public func load<Keys: Sequence<Key>>(
        all keys: Keys,
        in partition: BatchPartition = .shared
    ) async throws -> [Key: Value] {
        try await results(for: keys, in: partition).mapValues { try $0.get() }
    }

    private func makeCallerID() -> Int {
        state.withLock { state in
            state.lastCaller += 1
            return state.lastCaller
        }
    }

    private func register(_ key: Key, in partition: BatchPartition, by caller: Machine.Lane.Caller) {
        // The cancellation handler needs the lock too. So either it ran before, and the task is cancelled here, or it will
        // find the caller.
        let outcome = state.withLock { state in
            state.machine.load(key, in: partition, by: caller, isCancelled: Task.isCancelled)
        }
        switch outcome {
        case .waiting(let action): perform(action, in: partition)
        case .cancelled(let waiter): waiter.cancel()
        }
    }

    private func cancel(_ id: Int, of key: Key, in partition: BatchPartition) {
        let (waiter, task) = state.withLock { state in
            let outcome = state.machine.cancel(id, of: key, in: partition)
            return (outcome.waiter, outcome.abandoned.flatMap { state.tasks[$0] })
        }
        waiter?.cancel()
        task?.cancel()
    }
}
