// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A result that is given once and awaited by one task; of several endings the first wins.
final class Answer<Value: Sendable>: Sendable {
    private enum State {
        case pending
        case awaited(UnsafeContinuation<Value, Never>)
        case given(Value)
    }

    private let state = Mutex(State.pending)

    /// Gives the result; false if it has been given before.
    @discardableResult
    func give(_ value: Value) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, UnsafeContinuation<Value, Never>?) in
            switch state {
            case .pending:
                state = .given(value)
                return (true, nil)
            case .awaited(let continuation):
                state = .given(value)
                return (true, continuation)
            case .given:
                return (false, nil)
            }
        }
        continuation?.resume(returning: value)
        return isFirst
    }

    /// Whether the result has been given.
    var isGiven: Bool {
        state.withLock { state in
            if case .given = state { true } else { false }
        }
    }

    /// The result, as soon as it is there; to be called once, and deaf to cancellation.
    func wait() async -> Value {
        await withUnsafeContinuation { continuation in
            let value = state.withLock { state -> Value? in
                guard case .given(let value) = state else {
                    state = .awaited(continuation)
                    return nil
                }
                return value
            }
            if let value {
                continuation.resume(returning: value)
            }
        }
    }
}
