// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension DataLoader {
    func perform(_ action: Machine.Action, in partition: BatchPartition) {
        switch action {
        case .none:
            break
        case .start(let id):
            Task.detached(priority: Task.currentPriority) {
                await self.run(id, in: partition)
            }
        case .startWindow(let window):
            guard case .window(let duration) = configuration.dispatch else { return }
            Task.detached(priority: Task.currentPriority) { [clock] in
                try? await clock.sleep(for: duration, tolerance: .zero)
                let action = self.state.withLock { $0.machine.windowEnded(window, in: partition) }
                self.perform(action, in: partition)
            }
        }
    }

    /// Lets what is asked for in the same turn of the executor join: goes to the back of the executor's queue as long
    /// as that brings further keys.
    ///
    /// Takes a microsecond when nobody else is there.
    private func gather(in partition: BatchPartition) async {
        guard configuration.dispatch == .whenIdle else { return }
        var count = state.withLock { $0.machine.gatheredCount(in: partition) }
        while true {
            await Task.yield()
            let newCount = state.withLock { $0.machine.gatheredCount(in: partition) }
            guard newCount > count, newCount < configuration.maximumBatchSize else { return }
            count = newCount
        }
    }

    private func run(_ id: Int, in partition: BatchPartition) async {
        await gather(in: partition)
        let (batch, task, action) = state.withLock { state in
            let (batch, action) = state.machine.begin(id, in: partition)
            let task = batch.map { batch in Task { await self.traced(batch) } }
            // Known before any caller can leave, so that the last one to leave finds it.
            state.tasks[id] = task
            return (batch, task, action)
        }
        perform(action, in: partition)
        guard let batch, let task else { return }
        await task.value
        let next = state.withLock { state in
            state.tasks[id] = nil
            return state.machine.finish(batch.id)
        }
        perform(next, in: partition)
    }

    /// Loads the batch, by halves if need be; true if a part of it failed for good.
    func fetchAll(_ batch: LoadBatch<Key>) async -> Bool {
        var hasFailed = false
        let start = ContinuousClock.now
        var bisection = Bisection(batch.keys, maximumCalls: configuration.maximumIsolationCalls)
        while let part = bisection.next() {
            let keys = Array(part)
            do {
                // All callers of the rest may have left meanwhile.
                try Task.checkCancellation()
                deliver(try await fetch(batch.narrowed(to: keys)), for: keys, of: batch.id)
            } catch {
                let isFinal = error is CancellationError || Task.isCancelled || !bisection.split(part)
                if isFinal {
                    hasFailed = true
                    deliver(keys.reduce(into: [:]) { $0[$1] = .failure(error) }, for: keys, of: batch.id)
                }
            }
        }
        metrics.record(batch, duration: ContinuousClock.now - start)
        return hasFailed
    }

    private func deliver(_ results: [Key: Result<Value, any Error>], for keys: [Key], of id: Int) {
        let waiting = state.withLock { $0.machine.resolve(keys, of: id) }
        for (key, callers) in zip(keys, waiting) where !callers.isEmpty {
            let result = results[key] ?? missing()
            callers.forEach { $0.waiter.resume(key, with: result) }
        }
    }

    private func missing() -> Result<Value, any Error> {
        switch configuration.missingKey {
        case .fails: .failure(BatchError(.missingValue, "the batch held no value for the key"))
        case .substitutes(let value): .success(value)
        }
    }
}
