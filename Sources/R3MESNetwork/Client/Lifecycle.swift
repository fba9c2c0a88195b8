// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts the calls in flight and, once told to stop, refuses new ones and says when the last has ended.
final class Lifecycle: Sendable {
    private struct State {
        var inFlight = 0
        var isStopping = false
        var watchers: [AsyncStream<Never>.Continuation] = []

        mutating func takeWatchersIfDrained() -> [AsyncStream<Never>.Continuation] {
            guard isStopping, inFlight == 0 else {
                return []
            }
            defer { watchers = [] }
            return watchers
        }
    }

    private let state = Mutex(State())

    var inFlight: Int { state.withLock { $0.inFlight } }
    var isStopping: Bool { state.withLock { $0.isStopping } }

    func begin() throws(NetworkError) {
        let isStopping = state.withLock { state in
            state.inFlight += state.isStopping ? 0 : 1
            return state.isStopping
        }
        guard !isStopping else {
            throw NetworkError(.stopped, "the client is shutting down", mayHaveBeenSent: false)
        }
    }

    func end() {
        let watchers = state.withLock { state in
            state.inFlight -= 1
            return state.takeWatchersIfDrained()
        }
        watchers.forEach { $0.finish() }
    }

    /// Refuses new calls from now on, and returns when the last has ended or the task is cancelled.
    func stop() async {
        let (ended, continuation) = AsyncStream<Never>.makeStream()
        let watchers = state.withLock { state in
            state.isStopping = true
            state.watchers.append(continuation)
            return state.takeWatchersIfDrained()
        }
        watchers.forEach { $0.finish() }
        for await _ in ended {}
    }
}
