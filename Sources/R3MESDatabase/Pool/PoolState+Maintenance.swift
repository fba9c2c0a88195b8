// SPDX-License-Identifier: Apache-2.0

extension PoolState {
    /// Deadlines are kept to this precision, which bounds the work that many different ones make.
    private static var precision: Duration { .milliseconds(1) }

    /// The time has come that was asked for by ``Action/setAlarm(_:)``; at any other time it does no harm.
    ///
    /// O(connections), and O(waiters) when one of them has to give up.
    mutating func tick(at now: Duration) -> [Action] {
        var actions: [Action] = []
        alarm = nil
        for entry in waiters.removeAll(dueBy: now) {
            window.longestWait = max(window.longestWait, now - entry.since)
            refuse(entry.waiter, PoolRefusal(reason: .timedOut, underlying: outage?.error), &actions)
        }
        if case .draining(let end) = life, end <= now {
            force(&actions)
        }
        maintainIdle(at: now, &actions)
        reportLeaks(at: now, &actions)
        if let nextSizing, let sizing = configuration.options.sizing, nextSizing <= now, isAccepting {
            self.nextSizing = now + sizing.interval
            actions.append(.measureLoad)
        }
        settle(at: now, &actions)
        if let next = nextDueTime(after: now) {
            wake(at: max(next, now + Self.precision), &actions)
        }
        return actions
    }

    /// Closes what is too old or not needed, and validates what was not heard of for long.
    private mutating func maintainIdle(at now: Duration, _ actions: inout [Action]) {
        guard isAccepting else {
            return
        }
        let options = configuration.options
        for slot in idle {
            let idleFor = now - slots[slot].idleSince
            if now >= slots[slot].expiry {
                close(slot, .lifetime, &actions)
            } else if let timeout = options.idleTimeout, idleFor >= timeout, isBeyondMinimum {
                close(slot, .idle, &actions)
            } else if let interval = options.keepAliveInterval, now - slots[slot].provenAt >= interval {
                check(slot, &actions)
            }
        }
        let slots = slots
        idle.removeAll { slots[$0].phase != .idle }
    }

    private var isBeyondMinimum: Bool {
        alive + counts.opening > configuration.minimum
    }

    private mutating func reportLeaks(at now: Duration, _ actions: inout [Action]) {
        guard let threshold = configuration.options.leakThreshold else {
            return
        }
        for index in slots.indices where slots[index].phase == .leased && !slots[index].isReported {
            let held = now - slots[index].leasedAt
            if held >= threshold, let place = slots[index].place {
                slots[index].isReported = true
                totals.leaks += 1
                actions.append(.reportLeak(place, held: held))
            }
        }
    }

    /// When something has to be done about an idle connection.
    func dueTime(ofIdle slot: Int) -> Duration {
        var due = slots[slot].expiry
        if let timeout = configuration.options.idleTimeout, isBeyondMinimum {
            due = min(due, slots[slot].idleSince + timeout)
        }
        if let interval = configuration.options.keepAliveInterval {
            due = min(due, slots[slot].provenAt + interval)
        }
        return due
    }

    private func nextDueTime(after now: Duration) -> Duration? {
        var due = [waiters.earliestDeadline, alarm, isAccepting ? nextSizing : nil].compactMap(\.self).min()
        func consider(_ time: Duration) {
            due = min(due ?? time, time)
        }
        if case .draining(let end) = life, end > now {
            consider(end)
        }
        let threshold = configuration.options.leakThreshold
        for index in slots.indices {
            if slots[index].phase == .idle {
                consider(dueTime(ofIdle: index))
            } else if let threshold, slots[index].phase == .leased, !slots[index].isReported {
                consider(slots[index].leasedAt + threshold)
            }
        }
        return due
    }

    /// The answer to ``Action/measureLoad``; nil where nobody can tell the load.
    mutating func resize(load: Double?, at now: Duration) -> [Action] {
        var actions: [Action] = []
        let window = window
        self.window = PoolSizer.Window(peakInUse: counts.leased)
        guard isAccepting, let change = sizer?.decide(limit: limit, window: window, load: load) else {
            return actions
        }
        actions.append(.reportSize(from: limit, change, window))
        limit = change.limit
        while total - counts.closing > limit, let slot = idle.first {
            idle.removeFirst()
            close(slot, .surplus, &actions)
        }
        settle(at: now, &actions)
        return actions
    }
}
