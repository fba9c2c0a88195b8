// SPDX-License-Identifier: Apache-2.0

import Synchronization

@testable import R3MESBatch

/// A source of values that records its calls and answers when it is let.
final class LoadRecorder: Sendable {
    private struct State {
        var batches: [LoadBatch<Int>] = []
        var isOpen: Bool
        var blocked: [Int: CheckedContinuation<Void, any Error>] = [:]
        var cancelled: Set<Int> = []
        var cancelledCount = 0
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>

    init(isOpen: Bool = true) {
        state = Mutex(State(isOpen: isOpen))
    }

    var batches: [LoadBatch<Int>] { state.withLock { $0.batches } }
    var calls: [[Int]] { batches.map(\.keys) }
    var cancelledCount: Int { state.withLock { $0.cancelledCount } }

    /// Ten times each key, once the recorder is open; errors when the call is cancelled before.
    func load(_ batch: LoadBatch<Int>) async throws -> [Int: Int] {
        let (call, watchers) = state.withLock { state in
            state.batches.append(batch)
            let count = state.batches.count
            defer { state.watchers.removeAll { $0.count <= count } }
            return (count, state.watchers.filter { $0.count <= count })
        }
        watchers.forEach { $0.continuation.resume() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelled.contains(call) { return .failure(CancellationError()) }
                    if state.isOpen { return .success(()) }
                    state.blocked[call] = continuation
                    return nil
                }
                result.map { continuation.resume(with: $0) }
            }
        } onCancel: {
            state.withLock { state in
                state.cancelledCount += 1
                state.cancelled.insert(call)
                return state.blocked.removeValue(forKey: call)
            }?.resume(throwing: CancellationError())
        }
        return batch.keys.reduce(into: [:]) { $0[$1] = $1 * 10 }
    }

    /// Lets all calls return from now on.
    func open() {
        let blocked = state.withLock { state in
            state.isOpen = true
            defer { state.blocked = [:] }
            return Array(state.blocked.values)
        }
        blocked.forEach { $0.resume() }
    }

    /// Returns when so many calls have begun.
    func waitForCalls(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.batches.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}

/// Lets other tasks run until the condition holds, or the test is out of time.
func eventually(_ condition: () -> Bool) async {
    while !condition(), !Task.isCancelled {
        await Task.yield()
    }
}
