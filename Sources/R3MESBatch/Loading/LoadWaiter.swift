// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Who waits for a key: a caller of one, or one of many keys that a caller asked for together.
enum LoadWaiter<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    case one(CheckedContinuation<Value, any Error>)
    case many(LoadCollector<Key, Value>)

    func resume(_ key: Key, with result: Result<Value, any Error>) {
        switch self {
        case .one(let continuation): continuation.resume(with: result)
        case .many(let collector): collector.add(key, result)
        }
    }

    func cancel() {
        switch self {
        case .one(let continuation): continuation.resume(throwing: CancellationError())
        case .many(let collector): collector.cancel()
        }
    }
}

/// Gathers the results of the keys that one caller asked for together.
final class LoadCollector<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    typealias Results = [Key: Result<Value, any Error>]

    private struct State {
        var results: Results = [:]
        var missing: Int
        var continuation: CheckedContinuation<Results, any Error>?
    }

    private let state: Mutex<State>

    init(count: Int, continuation: CheckedContinuation<Results, any Error>) {
        state = Mutex(State(missing: count, continuation: continuation))
    }

    func add(_ key: Key, _ result: Result<Value, any Error>) {
        let finished = state.withLock { state -> (CheckedContinuation<Results, any Error>, Results)? in
            state.results[key] = result
            state.missing -= 1
            guard state.missing == 0, let continuation = state.continuation.take() else { return nil }
            return (continuation, state.results)
        }
        finished.map { $0.0.resume(returning: $0.1) }
    }

    func cancel() {
        state.withLock { $0.continuation.take() }?.resume(throwing: CancellationError())
    }
}
