// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A result that is given once and awaited by one task.
///
/// The first of several possible endings (done, timed out, cancelled) wins and the others are told so. It ignores
/// cancellation itself: whoever waits resolves it from a cancellation handler.
final class Completion<Value: Sendable>: Sendable {
    private enum State {
        case pending
        case awaited(UnsafeContinuation<Value, Never>)
        case resolved(Value)
    }

    private let state = Mutex(State.pending)

    /// Gives the result; false if it has been given before.
    @discardableResult
    func resolve(_ value: Value) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, UnsafeContinuation<Value, Never>?) in
            switch state {
            case .pending:
                state = .resolved(value)
                return (true, nil)
            case .awaited(let continuation):
                state = .resolved(value)
                return (true, continuation)
            case .resolved:
                return (false, nil)
            }
        }
        continuation?.resume(returning: value)
        return isFirst
    }

    /// The result, as soon as it is there.
    ///
    /// To be called once.
    func wait() async -> Value {
        await withUnsafeContinuation { continuation in
            let value = state.withLock { state -> Value? in
                switch state {
                case .pending:
                    state = .awaited(continuation)
                    return nil
                case .resolved(let value):
                    return value
                case .awaited:
                    preconditionFailure("Completion.wait was called twice: state is awaited")
                }
            }
            if let value {
                continuation.resume(returning: value)
            }
        }
    }
}
