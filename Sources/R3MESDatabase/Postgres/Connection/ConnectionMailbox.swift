// SPDX-License-Identifier: Apache-2.0

import DequeModule
import Synchronization

/// What the world asks of a connection's owner thread, and how it wakes it.
///
/// The thread is woken only when it sleeps, so under load most orders cost one short locked section.
final class ConnectionMailbox: Sendable {
    /// Something to do, in the order of arrival.
    enum Order: Sendable {
        case statement(QueuedStatement)
        case copyIn(CopyInChannel)
        case copyOut(CopyOutChannel)

        fileprivate var deadline: ContinuousClock.Instant? {
            if case .statement(let statement) = self { statement.request.deadline } else { nil }
        }

        /// The channel of a copy.
        var channel: (any CopyChannel)? {
            switch self {
            case .statement: nil
            case .copyIn(let channel): channel
            case .copyOut(let channel): channel
            }
        }
    }

    /// Whether the thread is to end.
    enum Closing: Sendable {
        case no
        /// When all orders are done with.
        case whenIdle
        case atOnce
    }

    /// What happened since the thread last looked, orders apart.
    struct News {
        /// Somebody left whose statement may be under way.
        var hasUnwanted = false
        /// How a request for cancellation ended.
        var cancellationSucceeded: Bool?
    }

    private struct State {
        var orders = Deque<Order>()
        /// No waiting statement's time is up before this.
        var earliestDeadline: ContinuousClock.Instant?
        var news = News()
        var isAsleep = false
        /// Something was told that the thread has not looked at yet.
        var isTold = false
        var closing = Closing.no
        /// Why no order is taken any more, or for now.
        var refusal: DatabaseError?
    }

    private let state = Mutex(State())
    let wakeup: Wakeup
    /// How many orders are not done with; read without a lock to compare connections.
    private let unfinished = Atomic(0)
    /// Whether there is a refusal; read without a lock as well.
    private let refuses = Atomic(false)

    init() throws(DatabaseError) {
        wakeup = try Wakeup()
    }

    var load: Int { unfinished.load(ordering: .acquiring) }

    /// Whether orders are refused.
    var isRefusing: Bool { refuses.load(ordering: .acquiring) }

    /// Adds an order; the reason if it is not taken.
    func submit(_ order: Order) -> DatabaseError? {
        let (refusal, isAsleep) = state.withLock { state -> (DatabaseError?, Bool) in
            guard state.refusal == nil else {
                return (state.refusal, false)
            }
            unfinished.add(1, ordering: .relaxed)
            state.orders.append(order)
            if let deadline = order.deadline {
                state.earliestDeadline = state.earliestDeadline.map { min($0, deadline) } ?? deadline
            }
            defer { state.isAsleep = false }
            return (nil, state.isAsleep)
        }
        if isAsleep {
            wakeup.signal()
        }
        return refusal
    }

    /// Somebody left whose statement may be under way.
    func reportUnwanted() {
        tell { $0.news.hasUnwanted = true }
    }

    func reportCancellation(succeeded: Bool) {
        tell { $0.news.cancellationSucceeded = succeeded }
    }

    /// Wakes the thread to look at what it waits for.
    func nudge() {
        tell { _ in }
    }

    /// Takes no more orders; the thread ends when those it has are done with, or at once.
    func close(_ closing: Closing) {
        tell { state in
            state.closing = closing
            state.refusal = DatabaseError(.closed, "the database is shut down")
            refuses.store(true, ordering: .releasing)
        }
    }

    /// Takes no more orders until ``reopen()``.
    func refuse(with error: DatabaseError) {
        state.withLock { state in
            if state.closing == .no {
                state.refusal = error
                refuses.store(true, ordering: .releasing)
            }
        }
    }

    func reopen() {
        state.withLock { state in
            if state.closing == .no {
                state.refusal = nil
                refuses.store(false, ordering: .releasing)
            }
        }
    }

    /// Lets something happen that the thread must see before it sleeps again.
    private func tell(_ change: (inout State) -> Void) {
        let isAsleep = state.withLock { state in
            change(&state)
            state.isTold = true
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if isAsleep {
            wakeup.signal()
        }
    }
}

// What follows is for the owner thread only.
extension ConnectionMailbox {
    var closing: Closing { state.withLock { $0.closing } }

    /// Takes out up to so many orders, and all news.
    func take(_ count: Int, into orders: inout Deque<Order>) -> News {
        state.withLock { state in
            if orders.isEmpty, state.orders.count <= count {
                swap(&orders, &state.orders)
            } else {
                for _ in 0..<min(count, state.orders.count) {
                    orders.append(state.orders.removeFirst())
                }
            }
            if state.orders.isEmpty {
                state.earliestDeadline = nil
            }
            defer { state.news = News() }
            return state.news
        }
    }

    /// Takes out all orders.
    func takeAll() -> Deque<Order> {
        state.withLock { state in
            defer { state.orders = [] }
            state.earliestDeadline = nil
            return state.orders
        }
    }

    /// Puts statements in front of all others, to be sent by the next connection.
    func putBack(_ statements: [QueuedStatement]) {
        state.withLock { state in
            state.orders.prepend(contentsOf: statements.map { .statement($0) })
            for deadline in statements.compactMap(\.request.deadline) {
                state.earliestDeadline = state.earliestDeadline.map { min($0, deadline) } ?? deadline
            }
        }
    }

    /// Frees all that wait here and whose time is up; they are passed over when their turn comes.
    func expire(at now: ContinuousClock.Instant) {
        let due = state.withLock { state -> [StatementRequest] in
            guard let earliest = state.earliestDeadline, earliest <= now else {
                return []
            }
            var due: [StatementRequest] = []
            state.earliestDeadline = nil
            for case .statement(let statement) in state.orders {
                guard let deadline = statement.request.deadline, !statement.request.isAnswered else { continue }
                if deadline <= now {
                    due.append(statement.request)
                } else {
                    state.earliestDeadline = state.earliestDeadline.map { min($0, deadline) } ?? deadline
                }
            }
            return due
        }
        for request in due {
            request.resolve(.failure(DatabaseError(.timedOut, "the statement's time is up")))
        }
    }

    /// Prepares to sleep: false if there is something new to look at; else the time at which to wake at the latest.
    private func fallAsleep(takesOrders: Bool) -> (Bool, ContinuousClock.Instant?) {
        state.withLock { state in
            guard !state.isTold, !takesOrders || state.orders.isEmpty else {
                state.isTold = false
                return (false, nil)
            }
            state.isAsleep = true
            return (true, state.earliestDeadline)
        }
    }

    private func wakeUp() {
        state.withLock { $0.isAsleep = false }
    }

    /// An order is done with; to be told before its caller is.
    func finished() {
        unfinished.subtract(1, ordering: .releasing)
    }

    /// Sleeps until something is told, the socket is ready or the time is up; true if the socket is ready.
    func sleep(
        _ interest: Wakeup.Interest,
        on socket: CInt?,
        takesOrders: Bool,
        until time: ContinuousClock.Instant?
    ) -> Bool {
        let (sleeps, deadline) = fallAsleep(takesOrders: takesOrders)
        guard sleeps else {
            return wakeup.wait(for: interest, on: socket, timeout: .zero)
        }
        defer { wakeUp() }
        let end = [time, deadline].compactMap(\.self).min()
        return wakeup.wait(for: interest, on: socket, timeout: end.map { ContinuousClock.now.duration(to: $0) })
    }
}
