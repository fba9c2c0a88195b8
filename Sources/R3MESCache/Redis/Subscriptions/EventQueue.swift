// SPDX-License-Identifier: Apache-2.0

import DequeModule
import Synchronization

/// Events on their way from a connection to the one task that reads them, at most so many.
///
/// The connection serves others too and can't wait for a slow reader. What it must leave out it says: the reader gets
/// `overflow` after the last event before the gap.
final class EventQueue<Event: Sendable>: Sendable {
    private struct State {
        var events: Deque<Event> = []
        var missed = 0
        var isFinished = false
        var waiter: UnsafeContinuation<Event?, Never>?
    }

    private let state = Mutex(State())
    private let capacity: Int
    private let overflow: @Sendable (Int) -> Event

    init(capacity: Int, overflow: @escaping @Sendable (Int) -> Event) {
        self.capacity = max(capacity, 1)
        self.overflow = overflow
    }

    func append(_ event: Event) {
        let waiter = state.withLock { state -> UnsafeContinuation<Event?, Never>? in
            guard !state.isFinished else { return nil }
            if let waiter = state.waiter {
                state.waiter = nil
                return waiter
            }
            if state.events.count < capacity, state.missed == 0 {
                state.events.append(event)
            } else {
                state.missed += 1
            }
            return nil
        }
        waiter?.resume(returning: event)
    }

    /// No more events come.
    func finish() {
        let waiter = state.withLock { state in
            state.isFinished = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: nil)
    }

    /// The next event; nil at the end, for a cancelled reader, and for one that reads while another does.
    func next() async -> Event? {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let (isReady, event) = state.withLock { state -> (Bool, Event?) in
                    if let event = state.events.popFirst() { return (true, event) }
                    if state.missed > 0 {
                        defer { state.missed = 0 }
                        return (true, overflow(state.missed))
                    }
                    if state.isFinished || Task.isCancelled || state.waiter != nil { return (true, nil) }
                    state.waiter = continuation
                    return (false, nil)
                }
                if isReady {
                    continuation.resume(returning: event)
                }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: nil)
        }
    }
}
