// SPDX-License-Identifier: Apache-2.0

import DequeModule
import Synchronization

/// Notifications that nobody has looked at yet, a bounded number of them.
final class NotificationBuffer: Sendable {
    private static let capacity = 4096

    private struct State {
        var events = Deque<PostgresNotifications.Element>()
        var isEnded = false
        var waiter: UnsafeContinuation<PostgresNotifications.Element?, Never>?
    }

    private let state = Mutex(State())

    /// Adds a message.
    ///
    /// What has no room is left out, and a gap says so.
    func add(_ message: PostgresNotification) {
        add(.message(message))
    }

    func addGap() {
        add(.gap)
    }

    private func add(_ event: PostgresNotifications.Element) {
        let waiter = state.withLock { state -> UnsafeContinuation<PostgresNotifications.Element?, Never>? in
            guard !state.isEnded else { return nil }
            if let waiter = state.waiter {
                state.waiter = nil
                return waiter
            }
            if state.events.count < Self.capacity {
                state.events.append(event)
            } else if state.events.last != .gap {
                state.events.append(.gap)
            }
            return nil
        }
        waiter?.resume(returning: event)
    }

    /// Ends the sequence.
    func end() {
        let waiter = state.withLock { state in
            state.isEnded = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }

    /// The next event; nil at the end, and when the task is cancelled.
    func next() async -> PostgresNotifications.Element? {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let (isReady, event) = state.withLock { state -> (Bool, PostgresNotifications.Element?) in
                    if let event = state.events.popFirst() { return (true, event) }
                    // One waits at a time; another one would have taken its place.
                    guard !state.isEnded, state.waiter == nil else { return (true, nil) }
                    state.waiter = continuation
                    return (false, nil)
                }
                if isReady { continuation.resume(returning: event) }
            }
        } onCancel: {
            end()
        }
    }
}
