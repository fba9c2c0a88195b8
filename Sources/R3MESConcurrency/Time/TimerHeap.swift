// SPDX-License-Identifier: Apache-2.0

import HeapModule

/// The wake-ups of a ``TimerQueue`` as a value: what is due when, without a clock and without effects.
///
/// Most timers guard something that ends in time, so removal is the common case. It frees the slot at once and leaves
/// only a small entry in the heap; when such leftovers outnumber the living, the heap is built anew. All operations
/// are amortised O(1) for deadlines that come in rising order, O(log n) else.
struct TimerHeap<Action: Sendable>: Sendable {
    /// Names one timer; of no use once it has fired or was removed.
    struct Token: Hashable, Sendable {
        fileprivate let slot: Int
        fileprivate let sequence: UInt64
    }

    private struct Slot {
        var sequence: UInt64
        var action: Action?
    }

    private struct Entry: Comparable {
        let moment: Moment
        let sequence: UInt64
        let slot: Int

        static func < (lhs: Self, rhs: Self) -> Bool {
            lhs.moment == rhs.moment ? lhs.sequence < rhs.sequence : lhs.moment < rhs.moment
        }
    }

    /// The one wake-up that the owner has to keep; a new generation replaces the wake-up of the one before.
    struct Alarm: Hashable, Sendable {
        var moment: Moment
        let generation: UInt64
    }

    private var heap = Heap<Entry>()
    private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    private var sequence: UInt64 = 0

    /// The alarm that the owner keeps now.
    private(set) var alarm: Alarm?

    /// How many timers are set.
    var count: Int { slots.count - freeSlots.count }

    /// How many entries the heap holds, leftovers included.
    var entryCount: Int { heap.count }

    /// Sets a timer; the owner must replace its alarm when `alarm` is not nil.
    mutating func insert(_ action: Action, at moment: Moment) -> (token: Token, alarm: Alarm?) {
        sequence += 1
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
            slots[slot] = Slot(sequence: sequence, action: action)
        } else {
            slot = slots.count
            slots.append(Slot(sequence: sequence, action: action))
        }
        heap.insert(Entry(moment: moment, sequence: sequence, slot: slot))
        let token = Token(slot: slot, sequence: sequence)
        if let alarm, alarm.moment <= moment {
            return (token, nil)
        }
        let alarm = Alarm(moment: moment, generation: sequence)
        self.alarm = alarm
        return (token, alarm)
    }

    /// Takes a timer away; false if it has fired already.
    @discardableResult
    mutating func remove(_ token: Token) -> Bool {
        guard take(slot: token.slot, sequence: token.sequence) != nil else {
            return false
        }
        if heap.count > 2 * count + 64 {
            let slots = self.slots
            heap = Heap(heap.unordered.filter { slots[$0.slot].sequence == $0.sequence })
        }
        return true
    }

    /// An alarm went off at `now`: what is due, and the alarm to keep next, which is of the same generation.
    ///
    /// An alarm that was replaced meanwhile has nothing to do.
    mutating func fire(_ fired: Alarm, now: Moment) -> (due: [Action], next: Alarm?) {
        guard alarm == fired else {
            return ([], nil)
        }
        var due: [Action] = []
        while let next = heap.min, next.moment <= now {
            heap.removeMin()
            if let action = take(slot: next.slot, sequence: next.sequence) {
                due.append(action)
            }
        }
        while let next = heap.min, slots[next.slot].sequence != next.sequence {
            heap.removeMin()
        }
        alarm = heap.min.map { Alarm(moment: $0.moment, generation: fired.generation) }
        return (due, alarm)
    }

    private mutating func take(slot: Int, sequence: UInt64) -> Action? {
        guard slots[slot].sequence == sequence, let action = slots[slot].action else {
            return nil
        }
        slots[slot] = Slot(sequence: 0, action: nil)
        freeSlots.append(slot)
        return action
    }
}
