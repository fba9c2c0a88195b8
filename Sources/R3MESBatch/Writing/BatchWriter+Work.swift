// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization

extension BatchWriter {
    /// Writes one batch after the other until the writer is closed and empty, or the task is cancelled.
    func work() async {
        while let batch = await nextBatch() {
            await write(batch)
        }
    }

    /// Tells the writer, if it is waiting, that there may be something to do.
    func wake() {
        state.withLock { state in
            state.isSignalled = true
            return state.parked.take()
        }?.resume()
    }

    private func nextBatch() async -> [Machine.Entry]? {
        while !Task.isCancelled {
            let now = now()
            let step = state.withLock { state in
                state.isSignalled = false
                return state.machine.next(now: now)
            }
            switch step {
            case .write(let batch): return batch
            case .finish: return nil
            case .wait(let duration): await park(for: duration)
            }
        }
        return nil
    }

    /// Waits until something happens, at most for the duration.
    private func park(for duration: Duration?) async {
        let timer = duration.map { duration in
            Task { [clock] in
                try? await clock.sleep(for: duration, tolerance: .zero)
                self.wake()
            }
        }
        defer { timer?.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isParked = state.withLock { state in
                    guard !state.isSignalled, !Task.isCancelled else { return false }
                    state.parked = continuation
                    return true
                }
                if !isParked {
                    continuation.resume()
                }
            }
        } onCancel: {
            wake()
        }
    }

    private func write(_ batch: [Machine.Entry]) async {
        let start = ContinuousClock.now
        var bisection = Bisection(batch, maximumCalls: configuration.maximumIsolationCalls)
        while let part = bisection.next() {
            do {
                try await attempt(part.map(\.item))
                await resolve(part, error: nil)
            } catch {
                // Stopped in the middle: what is not resolved stays held, and is given up as a whole.
                if Task.isCancelled { return }
                if !bisection.split(part) {
                    await resolve(part, error: error)
                }
            }
        }
        metrics.record(batchCount: batch.count, duration: ContinuousClock.now - start)
    }

    /// Writes the items, again and again while the reason of the failure is a passing one.
    private func attempt(_ items: [Item]) async throws {
        var pause = configuration.retryDelay
        var retries = 0
        while true {
            do {
                return try await writeItems(items)
            } catch {
                let mayRetry = configuration.maximumRetries.map { retries < $0 } ?? true
                guard configuration.isTransient(error), mayRetry, !Task.isCancelled else { throw error }
                logger.debug("a batch is tried again", metadata: ["error": "\(error)", "tries": "\(retries + 1)"])
            }
            retries += 1
            try await clock.sleep(for: pause, tolerance: nil)
            pause = min(pause * 2, configuration.maximumRetryDelay)
        }
    }

    /// Tells of the fate of the items, and makes room for others.
    private func resolve(_ part: ArraySlice<Machine.Entry>, error: (any Error)?) async {
        let waiters = state.withLock { $0.machine.takeWaiters(part) }
        if let error {
            metrics.recordFailure(count: part.count)
            let forgotten = part.filter { waiters[$0.id] == nil }.map(\.item)
            if !forgotten.isEmpty {
                logger.warning("items could not be written", metadata: ["count": "\(forgotten.count)"])
                await onFailure?(forgotten, error)
            }
        }
        let now = now()
        let (resolution, sequences) = state.withLock { state in
            let resolution = state.machine.resolve(part.count, now: now)
            if coding != nil, let last = state.sequences.prefix(part.count).last {
                state.sequences.removeFirst(part.count)
                coding?.journal.commit(through: last)
            }
            return (resolution, resolution.accepted.map { enter($0, into: &state) })
        }
        for waiter in waiters.values {
            waiter.resume(with: error.map { .failure($0) } ?? .success(nil))
        }
        for (acceptance, sequence) in zip(resolution.accepted, sequences) {
            acceptance.waiter?.resume(returning: sequence)
        }
        for waiter in resolution.flushed {
            waiter.resume(returning: nil)
        }
    }
}
