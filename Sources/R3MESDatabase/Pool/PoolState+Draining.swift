// SPDX-License-Identifier: Apache-2.0

extension PoolState {
    /// The pool is to end: nobody gets a connection any more, and leases have until `end` to come back.
    ///
    /// Of several calls the earliest end counts.
    mutating func drain(until end: Duration, at now: Duration) -> [Action] {
        var actions: [Action] = []
        switch life {
        case .closed:
            return actions
        case .draining(let earlier):
            life = .draining(until: min(earlier, end))
        case .new, .running:
            life = .draining(until: end)
        }
        while let entry = waiters.popFirst() {
            refuse(entry.waiter, PoolRefusal(reason: .closed), &actions)
        }
        for slot in idle {
            close(slot, .shutdown, &actions)
        }
        idle = []
        if end <= now {
            force(&actions)
        } else {
            wake(at: end, &actions)
        }
        finishIfDrained(&actions)
        return actions
    }

    /// Takes back what is still out, and gives up what is not there yet.
    mutating func force(_ actions: inout [Action]) {
        for slot in slots.indices {
            switch slots[slot].phase {
            case .leased:
                close(slot, .shutdown, &actions)
            case .opening:
                free(slot)
            case .free, .idle, .checking, .resetting, .closing:
                break
            }
        }
    }

    mutating func finishIfDrained(_ actions: inout [Action]) {
        guard case .draining = life, total == 0 else {
            return
        }
        life = .closed
        actions.append(.finish)
    }
}
