// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import Synchronization
import Testing

/// How many operations a storm of tasks performs: the full million where the code is optimised.
#if DEBUG
let stormOperations = 30_000
#else
let stormOperations = 1_000_000
#endif

/// Lets other tasks run until the condition holds; a test that waits in vain fails.
func eventually(
    _ condition: @Sendable () -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) async {
    for _ in 0..<2_000_000 {
        if condition() {
            return
        }
        await Task.yield()
    }
    Issue.record("waited in vain", sourceLocation: sourceLocation)
}

/// An expectation for loops of many thousand, which costs nothing while it holds.
func verify(
    _ condition: Bool,
    _ comment: @autoclosure () -> String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    if !condition {
        Issue.record(Comment(rawValue: comment()), sourceLocation: sourceLocation)
    }
}

/// The code of a ``ConcurrencyError``; nil for any other error.
func code(of error: any Error) -> ConcurrencyError.Code? {
    (error as? ConcurrencyError)?.code
}

/// A door that tasks wait at until it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [UnsafeContinuation<Void, Never>])>((false, []))

    /// How many tasks wait.
    var waiting: Int {
        state.withLock { $0.waiting.count }
    }

    func wait() async {
        await withUnsafeContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen {
                    state.waiting.append(continuation)
                }
                return state.isOpen
            }
            if isOpen {
                continuation.resume()
            }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        waiting.forEach { $0.resume() }
    }
}

/// A number that several tasks count up.
final class Tally: Sendable {
    private let state = Atomic(0)

    var count: Int {
        state.load(ordering: .relaxed)
    }

    func add() {
        state.add(1, ordering: .relaxed)
    }
}

/// Collects values from several tasks in the order of their arrival.
final class Record<Value: Sendable>: Sendable {
    private let state = Mutex<[Value]>([])

    var values: [Value] {
        state.withLock { $0 }
    }

    func add(_ value: Value) {
        state.withLock { $0.append(value) }
    }
}

/// Work that must not be begun.
@Sendable func unexpected() async {
    Issue.record("was begun")
}
