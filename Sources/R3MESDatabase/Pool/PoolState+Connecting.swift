// SPDX-License-Identifier: Apache-2.0

extension PoolState {
    /// The owner wants the minimum to be there before anybody asks.
    mutating func start(at now: Duration) -> [Action] {
        var actions: [Action] = []
        begin(at: now, &actions)
        settle(at: now, &actions)
        return actions
    }

    mutating func begin(at now: Duration, _ actions: inout [Action]) {
        guard case .new = life else {
            return
        }
        life = .running
        if let sizing = configuration.options.sizing {
            nextSizing = now + sizing.interval
            wake(at: now + sizing.interval, &actions)
        }
    }

    /// A connection was opened; `chance`, between 0 and 1, shortens its lifetime.
    mutating func opened(_ ticket: Ticket, _ connection: Connection, at now: Duration, chance: Double) -> [Action] {
        guard isCurrent(ticket) else {
            return [.discard(connection)]
        }
        var actions: [Action] = []
        let slot = ticket.slot
        let options = configuration.options
        let lifetime = options.maximumLifetime.map { $0 * (1 - options.lifetimeJitter * chance) }
        slots[slot].connection = connection
        slots[slot].expiry = now + (lifetime ?? Configuration.longest)
        slots[slot].idleSince = now
        slots[slot].provenAt = now
        totals.created += 1
        if let outage {
            actions.append(.reportRecovery(failures: outage.failures))
            self.outage = nil
        }
        offer(slot, at: now, &actions)
        settle(at: now, &actions)
        return actions
    }

    /// A connection could not be opened; `chance`, between 0 and 1, lengthens the wait for the next attempt.
    mutating func openFailed(_ ticket: Ticket, _ error: any Error, at now: Duration, chance: Double) -> [Action] {
        guard isCurrent(ticket) else {
            return []
        }
        var actions: [Action] = []
        free(ticket.slot)
        totals.failedToOpen += 1
        if let outage, now < outage.retryAt {
            // One of several that were under way together.
            self.outage?.error = error
        } else {
            let failures = (outage?.failures ?? 0) + 1
            let wait = configuration.options.reconnection.wait(afterFailures: failures, chance: chance)
            let isKnown = outage?.isKnown ?? false
            outage = Outage(failures: failures, error: error, retryAt: now + wait, isKnown: isKnown)
            actions.append(.reportOutage(error, failures: failures, retryIn: wait))
        }
        settle(at: now, &actions)
        return actions
    }

    /// A validation has ended.
    mutating func checkEnded(_ ticket: Ticket, succeeded: Bool, at now: Duration) -> [Action] {
        maintenanceEnded(ticket, succeeded: succeeded, elseClose: .validationFailed, at: now)
    }

    /// A reset has ended.
    mutating func resetEnded(_ ticket: Ticket, succeeded: Bool, at now: Duration) -> [Action] {
        maintenanceEnded(ticket, succeeded: succeeded, elseClose: .resetFailed, at: now)
    }

    private mutating func maintenanceEnded(
        _ ticket: Ticket,
        succeeded: Bool,
        elseClose reason: CloseReason,
        at now: Duration
    ) -> [Action] {
        guard isCurrent(ticket) else {
            return []
        }
        var actions: [Action] = []
        if succeeded {
            slots[ticket.slot].provenAt = now
            offer(ticket.slot, at: now, &actions)
        } else {
            suspectedAt = now
            close(ticket.slot, reason, &actions)
        }
        settle(at: now, &actions)
        return actions
    }

    mutating func close(_ slot: Int, _ reason: CloseReason, _ actions: inout [Action]) {
        move(slot, to: .closing)
        totals.closed[reason, default: 0] += 1
        if let connection = slots[slot].connection {
            slots[slot].connection = nil
            actions.append(.close(ticket(slot), connection, reason))
        }
    }

    /// A connection was closed.
    mutating func closed(_ ticket: Ticket, at now: Duration) -> [Action] {
        guard isCurrent(ticket) else {
            return []
        }
        var actions: [Action] = []
        free(ticket.slot)
        settle(at: now, &actions)
        return actions
    }

    /// Does what has become possible: validates for those who wait, opens connections that are missing, gives up where there
    /// is no hope.
    mutating func settle(at now: Duration, _ actions: inout [Action]) {
        guard isAccepting else {
            finishIfDrained(&actions)
            return
        }
        checkStale(at: now, &actions)
        openMissing(at: now, &actions)
        guard let outage else {
            return
        }
        if alive == 0, counts.opening == 0, now < outage.retryAt {
            self.outage?.isKnown = true
        }
        if alive == 0, self.outage?.isKnown == true {
            self.outage?.isInDemand = outage.isInDemand || !waiters.isEmpty
            while let entry = waiters.popFirst() {
                refuse(entry.waiter, PoolRefusal(reason: .serverAway, underlying: outage.error), &actions)
            }
        }
        if isOpeningWanted, now < outage.retryAt {
            wake(at: outage.retryAt, &actions)
        }
    }

    /// Idle connections for those who wait; all are stale, or nobody would wait.
    private mutating func checkStale(at now: Duration, _ actions: inout [Action]) {
        while waiters.count > coming, let slot = idle.popLast() {
            if now >= slots[slot].expiry {
                close(slot, .lifetime, &actions)
            } else {
                check(slot, &actions)
            }
        }
    }

    mutating func check(_ slot: Int, _ actions: inout [Action]) {
        move(slot, to: .checking)
        if let connection = slots[slot].connection {
            actions.append(.check(ticket(slot), connection))
        }
    }

    /// Whether a connection is missing.
    private var isOpeningWanted: Bool {
        guard total < limit, case .running = life else {
            return false
        }
        let isNeeded = waiters.count > coming || alive + counts.opening < configuration.minimum
        return isNeeded || (outage?.isInDemand == true && alive + counts.opening == 0)
    }

    private mutating func openMissing(at now: Duration, _ actions: inout [Action]) {
        while isOpeningWanted {
            if let outage {
                // One at a time, until one succeeds.
                guard now >= outage.retryAt, counts.opening == 0 else {
                    return
                }
            }
            let slot = occupy(.opening)
            actions.append(.open(ticket(slot)))
        }
    }
}
