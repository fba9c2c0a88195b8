// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A sink that records batches, refuses bad items, and can be closed for a while.
final class WriteRecorder: Sendable {
    struct BadItem: Error {}
    struct Outage: Error {}

    private struct State {
        var calls: [[Int]] = []
        var written: [Int] = []
        var bad: Set<Int> = []
        var outages = 0
        var isOpen: Bool
        var blocked: CheckedContinuation<Void, any Error>?
    }

    private let state: Mutex<State>

    init(bad: Set<Int> = [], outages: Int = 0, isOpen: Bool = true) {
        state = Mutex(State(bad: bad, outages: outages, isOpen: isOpen))
    }

    var calls: [[Int]] { state.withLock { $0.calls } }
    var written: [Int] { state.withLock { $0.written } }

    func write(_ items: [Int]) async throws {
        state.withLock { $0.calls.append(items) }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    if state.isOpen { return .success(()) }
                    state.blocked = continuation
                    return nil
                }
                result.map { continuation.resume(with: $0) }
            }
        } onCancel: {
            state.withLock { $0.blocked.take() }?.resume(throwing: CancellationError())
        }
        try state.withLock { state in
            if state.outages > 0 {
                state.outages -= 1
                throw Outage()
            }
            guard state.bad.isDisjoint(with: items) else { throw BadItem() }
            state.written += items
        }
    }

    func open() {
        state.withLock { state in
            state.isOpen = true
            return state.blocked.take()
        }?.resume()
    }
}

/// Items that could not be written.
final class DeadLetters: Sendable {
    private let state = Mutex<[Int]>([])
    var items: [Int] { state.withLock { $0 } }
    func add(_ items: [Int]) { state.withLock { $0 += items } }
}
