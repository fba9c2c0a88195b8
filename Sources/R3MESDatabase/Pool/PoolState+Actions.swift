// SPDX-License-Identifier: Apache-2.0

extension PoolState {
    /// What the owner has to do after an event, in this order, without the lock.
    enum Action: Sendable {
        case grant(Waiter, Lease)
        case refuse(Waiter, PoolRefusal)
        /// Open a connection; ``opened(_:_:at:chance:)`` or ``openFailed(_:_:at:chance:)`` answers.
        case open(Ticket)
        /// Validate; ``checkEnded(_:succeeded:at:)`` answers.
        case check(Ticket, Connection)
        /// Clean up; ``resetEnded(_:succeeded:at:)`` answers.
        case reset(Ticket, Connection)
        /// Close; ``closed(_:at:)`` answers.
        case close(Ticket, Connection, CloseReason)
        /// Close what came too late to be counted.
        case discard(Connection)
        /// Call ``tick(at:)`` at this time, instead of any other that was asked for before.
        case setAlarm(Duration)
        /// Say that a lease is held for very long.
        case reportLeak(LeasePlace, held: Duration)
        /// Say that connecting fails.
        case reportOutage(any Error, failures: Int, retryIn: Duration)
        /// Say that connecting works again.
        case reportRecovery(failures: Int)
        /// Ask for the load and call ``resize(load:)``.
        case measureLoad
        case reportSize(from: Int, PoolSizer.Change, PoolSizer.Window)
        /// All is closed; comes once.
        case finish
    }

    /// What a caller gets at once.
    enum Acquisition: Sendable {
        case leased(Lease)
        case waiting(Waiter, WaiterQueue<Waiter>.Handle)
        case refused(PoolRefusal)
    }

    mutating func wake(at time: Duration, _ actions: inout [Action]) {
        if let alarm, alarm <= time {
            return
        }
        alarm = time
        actions.append(.setAlarm(time))
    }

    mutating func refuse(_ waiter: Waiter, _ refusal: PoolRefusal, _ actions: inout [Action]) {
        totals.refused[refusal.reason, default: 0] += 1
        actions.append(.refuse(waiter, refusal))
    }
}
