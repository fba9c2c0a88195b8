// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport

@testable import R3MESDatabase

/// A world around a ``PoolState``: it performs the actions when a test says so, and checks after each event that nothing
/// has gone wrong.
struct PoolModel {
    final class Connection: PooledConnection {
        let id: Int
        init(id: Int) { self.id = id }
        var condition: ConnectionCondition { .clean }
        func validate() {}
        func reset() {}
        func close() {}
    }

    typealias State = PoolState<Connection, Int>

    enum Event: Hashable {
        case acquire
        case acquireNested
        case acquireAtOnce
        case cancelFirst, cancelLast
        case release(Int, ConnectionCondition)
        case releaseAgain
        case opened, openedTooLate, openFailed
        case checked(Bool), reset(Bool)
        case closed
        case wait(Int)
        case resize(Double)
        case drain(Int)
    }

    struct ServerAway: Error {}

    static let place = LeasePlace(file: "Model.swift", line: 1)

    var state: State
    var now: Duration = .zero
    var chance = 0.5
    private(set) var trail: [Event] = []
    private var lastWaiter = 0
    private var lastConnection = 0
    private var waiting: [(id: Int, handle: WaiterQueue<Int>.Handle)] = []
    private var leases: [State.Lease] = []
    private var ended: State.Lease?
    private var opening: [State.Ticket] = []
    private var checking: [(State.Ticket, Connection)] = []
    private var resetting: [(State.Ticket, Connection)] = []
    private var closing: [(State.Ticket?, Connection)] = []
    /// Opened and not closed.
    private var living: Set<Int> = []
    private var answered: Set<Int> = []
    private var alarm: Duration?
    private var finished = 0
    private var isDraining = false
    private var isForced = false

    init(_ configuration: ConnectionPoolConfiguration) {
        state = State(configuration: configuration)
    }

    /// What could happen next.
    func events(sizing: Bool = false) -> [Event] {
        var events: [Event] = [.acquire, .wait(11)]
        if !leases.isEmpty { events.append(.acquireNested) }
        if !waiting.isEmpty { events.append(.cancelFirst) }
        if waiting.count > 1 { events.append(.cancelLast) }
        for index in leases.indices {
            events += [.release(index, .clean), .release(index, .dirty), .release(index, .broken)]
        }
        if ended != nil { events.append(.releaseAgain) }
        if !opening.isEmpty { events += [.opened, .openFailed] }
        if !checking.isEmpty { events += [.checked(true), .checked(false)] }
        if !resetting.isEmpty { events += [.reset(true), .reset(false)] }
        if !closing.isEmpty { events.append(.closed) }
        if !living.isEmpty || !waiting.isEmpty { events.append(.wait(120)) }
        if !isDraining { events.append(.drain(20)) } else { events.append(.drain(0)) }
        if sizing { events += [.resize(1), .resize(0), .wait(1), .acquireAtOnce, .openedTooLate] }
        return events
    }

    mutating func happen(_ event: Event) throws {
        trail.append(event)
        switch event {
        case .acquire: try acquire(timeout: .seconds(30), outer: nil)
        case .acquireAtOnce: try acquire(timeout: .zero, outer: nil)
        case .acquireNested: try acquire(timeout: .seconds(30), outer: leases.first?.ticket)
        case .cancelFirst: try perform(state.leave(waiting[0].handle))
        case .cancelLast: try perform(state.leave(waiting[waiting.count - 1].handle))
        case .release(let index, let condition):
            let lease = leases.remove(at: index)
            ended = lease
            try perform(state.release(lease.ticket, condition, at: now))
        case .releaseAgain:
            let before = state.counts
            guard let ended else { return }
            try perform(state.release(ended.ticket, .clean, at: now))
            try hold(state.counts == before, "a lease was given back twice")
        case .opened:
            try open(opening.removeFirst())
        case .openedTooLate:
            try open(State.Ticket(slot: 0, serial: 0))
        case .openFailed:
            try perform(state.openFailed(opening.removeFirst(), ServerAway(), at: now, chance: chance))
        case .checked(let succeeded):
            try perform(state.checkEnded(checking.removeFirst().0, succeeded: succeeded, at: now))
        case .reset(let succeeded):
            try perform(state.resetEnded(resetting.removeFirst().0, succeeded: succeeded, at: now))
        case .closed:
            let (ticket, connection) = closing.removeFirst()
            living.remove(connection.id)
            if let ticket {
                try perform(state.closed(ticket, at: now))
            }
        case .wait(let seconds):
            try pass(.seconds(seconds))
        case .resize(let load):
            try perform(state.resize(load: load, at: now))
        case .drain(let seconds):
            isDraining = true
            isForced = isForced || seconds == 0
            try perform(state.drain(until: now + .seconds(seconds), at: now))
        }
        try check()
    }

    /// Shuts down and brings everything to its end; then nothing may be left.
    mutating func windDown() throws {
        if !isDraining {
            try happen(.drain(1000))
        }
        while true {
            if !leases.isEmpty {
                try happen(.release(0, .clean))
            } else if !opening.isEmpty {
                try happen(.opened)
            } else if !checking.isEmpty {
                try happen(.checked(true))
            } else if !resetting.isEmpty {
                try happen(.reset(true))
            } else if !closing.isEmpty {
                try happen(.closed)
            } else {
                break
            }
        }
        try hold(state.total == 0, "slots are in use after the end")
        try hold(living.isEmpty, "connections \(living) are open after the end")
        try hold(waiting.isEmpty && state.waiters.isEmpty, "somebody still waits after the end")
        try hold(answered.count == lastWaiter, "not everybody was answered")
        try hold(finished == 1, "the end came \(finished) times")
    }

    private mutating func acquire(timeout: Duration, outer: State.Ticket?) throws {
        lastWaiter += 1
        let id = lastWaiter
        let mustWait = !waiting.isEmpty
        let (acquisition, actions) = state.acquire(
            at: now,
            deadline: now + timeout,
            place: Self.place,
            outer: outer
        ) { id }
        switch acquisition {
        case .leased(let lease):
            try hold(!mustWait, "a newcomer overtook those who wait")
            try hold(!isDraining, "a lease after the end")
            answered.insert(id)
            try add(lease)
        case .waiting(let waiter, let handle):
            try hold(waiter == id && timeout > .zero)
            waiting.append((id, handle))
        case .refused:
            answered.insert(id)
        }
        try perform(actions)
    }

    private mutating func open(_ ticket: State.Ticket) throws {
        lastConnection += 1
        living.insert(lastConnection)
        try perform(state.opened(ticket, Connection(id: lastConnection), at: now, chance: chance))
    }

    /// Lets time pass, alarm by alarm.
    private mutating func pass(_ duration: Duration) throws {
        let end = now + duration
        var alarms = 0
        while let alarm, alarm <= end {
            alarms += 1
            try hold(alarms < 1000, "the alarm goes off again and again")
            now = max(now, alarm)
            self.alarm = nil
            try perform(state.tick(at: now))
            try check()
        }
        now = end
    }

    private mutating func add(_ lease: State.Lease) throws {
        let id = lease.connection.id
        try hold(!leases.contains { $0.connection.id == id }, "connection \(id) was leased twice")
        try hold(
            !(checking + resetting).contains { $0.1.id == id } && !closing.contains { $0.1.id == id },
            "connection \(id) was leased while the pool works on it"
        )
        try hold(living.contains(id), "connection \(id) was leased after it was closed")
        leases.append(lease)
    }

    private mutating func answer(_ waiter: Int) throws {
        guard let index = waiting.firstIndex(where: { $0.id == waiter }) else {
            throw Falsified(reason: "waiter \(waiter) was answered, but does not wait")
        }
        waiting.remove(at: index)
        try hold(answered.insert(waiter).inserted, "waiter \(waiter) was answered twice")
    }

    private mutating func perform(_ actions: [State.Action]) throws {
        for action in actions {
            switch action {
            case .grant(let waiter, let lease):
                try hold(waiting.first?.id == waiter, "waiter \(waiter) was served out of turn")
                try answer(waiter)
                try add(lease)
            case .refuse(let waiter, _): try answer(waiter)
            case .open(let ticket): opening.append(ticket)
            case .check(let ticket, let connection): checking.append((ticket, connection))
            case .reset(let ticket, let connection): resetting.append((ticket, connection))
            case .close(let ticket, let connection, _): try close(connection, ticket)
            case .discard(let connection): try close(connection, nil)
            case .setAlarm(let time): alarm = alarm.map { min($0, time) } ?? time
            case .finish: finished += 1
            case .measureLoad, .reportLeak, .reportOutage, .reportRecovery, .reportSize: break
            }
        }
    }

    private mutating func close(_ connection: Connection, _ ticket: State.Ticket?) throws {
        try hold(!closing.contains { $0.1 === connection }, "connection \(connection.id) was closed twice")
        try hold(living.contains(connection.id), "connection \(connection.id) was closed after it was closed")
        // Only the end takes connections away from those who hold them.
        let isLeased = leases.contains { $0.connection === connection }
        try hold(!isLeased || isDraining, "connection \(connection.id) was closed under its lease")
        closing.append((ticket, connection))
    }

    private func check() throws {
        let maximum = state.configuration.maximum
        try hold(state.total <= maximum, "\(state.total) slots of \(maximum)")
        // What opens too late to be counted is closed at once, and only that goes beyond the maximum.
        let late = closing.count { $0.0 == nil }
        try hold(living.count - late <= maximum, "\(living.count) connections of \(maximum)")
        try hold(isForced || isDraining || living.count - late + opening.count <= maximum, "too many opened")
        var counts = State.Counts()
        for slot in state.slots {
            counts.add(1, to: slot.phase)
        }
        try hold(counts == state.counts, "miscounted: \(state.counts), are \(counts)")
        try hold(Set(state.idle).count == counts.idle && state.idle.count == counts.idle, "idle list")
        try hold(state.idle.allSatisfy { state.slots[$0].phase == .idle }, "what is in the idle list is not idle")
        let ages = state.idle.map { state.slots[$0].idleSince }
        try hold(ages == ages.sorted(), "the idle list is out of order")
        try hold(state.waiters.count == waiting.count, "\(state.waiters.count) wait, should be \(waiting.count)")
        try hold(isDraining || counts.leased == leases.count, "\(counts.leased) leased, should be \(leases.count)")
        try hold(state.alarm == alarm, "the alarm is set to \(alarm as Any), should be \(state.alarm as Any)")
        guard !waiting.isEmpty else { return }
        try hold(!isDraining, "somebody waits after the end")
        try hold(!state.idle.contains { state.isFresh($0, at: now) }, "somebody waits beside an idle connection")
        try hold(state.idle.isEmpty || state.coming >= waiting.count, "somebody waits and nothing is validated")
        if let deadline = state.waiters.earliestDeadline {
            try hold((alarm ?? .seconds(1_000_000)) <= max(deadline, now + .milliseconds(1)), "a deadline is forgotten")
        }
        if state.coming < waiting.count, state.total < state.limit {
            // Only a server that is away keeps the pool from opening one more.
            guard let outage = state.outage else { throw Falsified(reason: "nothing is opened for those who wait") }
            try hold(counts.opening > 0 || alarm.map { $0 <= outage.retryAt } == true, "nobody will try again")
            try hold(counts.opening > 0 || state.alive > 0, "somebody waits though the server is away")
        }
    }
}
