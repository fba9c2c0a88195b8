// SPDX-License-Identifier: Apache-2.0

extension PoolState {
    /// How many connections are in each phase.
    struct Counts: Hashable, Sendable {
        var opening = 0
        var idle = 0
        var checking = 0
        var leased = 0
        var resetting = 0
        var closing = 0

        mutating func add(_ difference: Int, to phase: Phase) {
            switch phase {
            case .free: break
            case .opening: opening += difference
            case .idle: idle += difference
            case .checking: checking += difference
            case .leased: leased += difference
            case .resetting: resetting += difference
            case .closing: closing += difference
            }
        }
    }

    /// What was counted since the start.
    struct Totals: Hashable, Sendable {
        var leases = 0
        var created = 0
        var failedToOpen = 0
        var leaks = 0
        var closed: [CloseReason: Int] = [:]
        var refused: [PoolRefusal.Reason: Int] = [:]
    }

    /// Takes a free slot into a phase.
    mutating func occupy(_ phase: Phase) -> Int {
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
        } else {
            slot = slots.count
            slots.append(Slot())
        }
        move(slot, to: phase)
        return slot
    }

    mutating func move(_ slot: Int, to phase: Phase) {
        counts.add(-1, to: slots[slot].phase)
        counts.add(1, to: phase)
        slots[slot].phase = phase
        slots[slot].serial += 1
    }

    mutating func free(_ slot: Int) {
        slots[slot].connection = nil
        move(slot, to: .free)
        freeSlots.append(slot)
    }

    func ticket(_ slot: Int) -> Ticket {
        Ticket(slot: slot, serial: slots[slot].serial)
    }

    /// Whether the ticket is still good for its slot.
    func isCurrent(_ ticket: Ticket) -> Bool {
        slots.indices.contains(ticket.slot) && slots[ticket.slot].serial == ticket.serial
    }
}
