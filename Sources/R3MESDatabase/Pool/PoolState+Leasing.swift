// SPDX-License-Identifier: Apache-2.0

extension PoolState {
    /// A caller wants a connection.
    ///
    /// - Parameters:
    ///   - makeWaiter: Called if the caller has to wait.
    ///   - deadline: When the caller gives up.
    ///   - outer: A lease that the caller was given before, even if that has ended.
    mutating func acquire(
        at now: Duration,
        deadline: Duration,
        place: LeasePlace,
        outer: Ticket? = nil,
        makeWaiter: () -> Waiter
    ) -> (Acquisition, [Action]) {
        var actions: [Action] = []
        if isAccepting, let index = idle.lastIndex(where: { isFresh($0, at: now) }) {
            let lease = lease(idle.remove(at: index), to: place, at: now, &actions)
            return (.leased(lease), actions)
        }
        if let refusal = refusal(at: now, deadline: deadline, outer: outer, &actions) {
            totals.refused[refusal.reason, default: 0] += 1
            return (.refused(refusal), actions)
        }
        let waiter = makeWaiter()
        let handle = waiters.append(.init(waiter: waiter, place: place, since: now, deadline: deadline))
        wake(at: deadline, &actions)
        begin(at: now, &actions)
        settle(at: now, &actions)
        return (.waiting(waiter, handle), actions)
    }

    private mutating func refusal(
        at now: Duration,
        deadline: Duration,
        outer: Ticket?,
        _ actions: inout [Action]
    ) -> PoolRefusal? {
        guard isAccepting else {
            return PoolRefusal(reason: .closed)
        }
        if let outage, outage.isKnown, alive == 0 {
            guard now >= outage.retryAt, counts.opening == 0 else {
                self.outage?.isInDemand = true
                if now < outage.retryAt {
                    wake(at: outage.retryAt, &actions)
                }
                return PoolRefusal(reason: .serverAway, underlying: outage.error)
            }
            // Nobody has looked for a while, so this caller does, and waits for what is found.
            self.outage?.isKnown = false
        }
        // How many, this caller included, depend on a lease to end.
        let shortage = waiters.count + 1 - max(limit - counts.leased, 0)
        if let outer, shortage > 0, isCurrent(outer) {
            return PoolRefusal(reason: .nested, outerPlace: slots[outer.slot].place)
        }
        guard shortage <= configuration.maximumWaiting else {
            return PoolRefusal(reason: .queueFull)
        }
        guard now < deadline else {
            return PoolRefusal(reason: .timedOut, underlying: outage?.error)
        }
        return nil
    }

    /// A waiter gives up; nothing happens if it was answered already.
    mutating func leave(_ handle: WaiterQueue<Waiter>.Handle) -> [Action] {
        var actions: [Action] = []
        if let waiter = waiters.remove(handle) {
            refuse(waiter, PoolRefusal(reason: .cancelled), &actions)
        }
        return actions
    }

    /// A lease ends; nothing happens if it has ended already.
    mutating func release(_ ticket: Ticket, _ condition: ConnectionCondition, at now: Duration) -> [Action] {
        guard isCurrent(ticket) else {
            return []
        }
        var actions: [Action] = []
        let slot = ticket.slot
        slots[slot].idleSince = now
        slots[slot].place = nil
        switch condition {
        case .clean:
            slots[slot].provenAt = now
            offer(slot, at: now, &actions)
        case .dirty where isAccepting:
            move(slot, to: .resetting)
            if let connection = slots[slot].connection {
                actions.append(.reset(self.ticket(slot), connection))
            }
        case .dirty:
            close(slot, .shutdown, &actions)
        case .broken:
            suspectedAt = now
            close(slot, .broken, &actions)
            settle(at: now, &actions)
        }
        return actions
    }

    /// A connection works and nobody uses it: to the first who waits, or to the others, or away with it.
    mutating func offer(_ slot: Int, at now: Duration, _ actions: inout [Action]) {
        if !isAccepting {
            close(slot, .shutdown, &actions)
        } else if now >= slots[slot].expiry {
            close(slot, .lifetime, &actions)
            settle(at: now, &actions)
        } else if total - counts.closing > limit {
            close(slot, .surplus, &actions)
        } else if let next = waiters.popFirst() {
            grant(slot, to: next, at: now, &actions)
        } else {
            move(slot, to: .idle)
            let since = slots[slot].idleSince
            let index = idle.lastIndex { slots[$0].idleSince <= since }.map { $0 + 1 } ?? 0
            idle.insert(slot, at: index)
            wake(at: dueTime(ofIdle: slot), &actions)
        }
    }

    mutating func grant(
        _ slot: Int,
        to entry: WaiterQueue<Waiter>.Entry,
        at now: Duration,
        _ actions: inout [Action]
    ) {
        window.longestWait = max(window.longestWait, now - entry.since)
        let lease = lease(slot, to: entry.place, at: now, &actions)
        actions.append(.grant(entry.waiter, lease))
    }

    private mutating func lease(
        _ slot: Int,
        to place: LeasePlace,
        at now: Duration,
        _ actions: inout [Action]
    ) -> Lease {
        guard let connection = slots[slot].connection else {
            preconditionFailure("PoolState.lease: slot without a connection in phase \(slots[slot].phase)")
        }
        move(slot, to: .leased)
        slots[slot].leasedAt = now
        slots[slot].place = place
        slots[slot].isReported = false
        totals.leases += 1
        window.peakInUse = max(window.peakInUse, counts.leased)
        if let threshold = configuration.options.leakThreshold {
            wake(at: now + threshold, &actions)
        }
        return Lease(ticket: ticket(slot), connection: connection)
    }

    /// Whether the connection may be leased without being validated.
    func isFresh(_ slot: Int, at now: Duration) -> Bool {
        let provenAt = slots[slot].provenAt
        guard now < slots[slot].expiry, provenAt > suspectedAt else {
            return false
        }
        guard let limit = configuration.options.validateAfterIdle else {
            return true
        }
        return now - provenAt < limit
    }
}
