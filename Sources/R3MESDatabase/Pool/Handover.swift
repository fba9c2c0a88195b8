// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What a caller waits at: given one value once, by whoever answers it first.
final class Handover<Value: Sendable>: Sendable {
    private enum State {
        case pending
        case awaited(UnsafeContinuation<Value, Never>)
        case given(Value)
    }

    private let state = Mutex(State.pending)

    /// Gives the value, which nobody has given before.
    func give(_ value: Value) {
        let continuation = state.withLock { state -> UnsafeContinuation<Value, Never>? in
            defer { state = .given(value) }
            guard case .awaited(let continuation) = state else {
                return nil
            }
            return continuation
        }
        continuation?.resume(returning: value)
    }

    /// The value, as soon as it is there; to be called once, and deaf to cancellation.
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
