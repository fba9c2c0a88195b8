// SPDX-License-Identifier: Apache-2.0

/// A queue of entries by recency, linked through their nodes, and its weight.
struct NodeList {
    let kind: QueueKind
    private(set) var newest = Slot.none
    private(set) var oldest = Slot.none
    private(set) var weight = 0
    private(set) var count = 0

    init(_ kind: QueueKind) {
        self.kind = kind
    }

    mutating func insert(_ slot: Slot, _ nodes: some QueueNodes) {
        nodes.setQueue(slot, kind)
        nodes.setNewer(slot, .none)
        nodes.setOlder(slot, newest)
        if newest == .none {
            oldest = slot
        } else {
            nodes.setNewer(newest, slot)
        }
        newest = slot
        weight += nodes.weight(slot)
        count += 1
    }

    mutating func remove(_ slot: Slot, _ nodes: some QueueNodes) {
        unlink(slot, nodes)
        nodes.setQueue(slot, .none)
        weight -= nodes.weight(slot)
        count -= 1
    }

    mutating func moveToFront(_ slot: Slot, _ nodes: some QueueNodes) {
        guard newest != slot else { return }
        unlink(slot, nodes)
        nodes.setNewer(slot, .none)
        nodes.setOlder(slot, newest)
        // It was not the newest, so there is another.
        nodes.setNewer(newest, slot)
        newest = slot
    }

    /// An entry of this queue has become heavier or lighter.
    mutating func addWeight(_ difference: Int) {
        weight += difference
    }

    private mutating func unlink(_ slot: Slot, _ nodes: some QueueNodes) {
        let (newer, older) = (nodes.newer(slot), nodes.older(slot))
        if newer == .none { newest = older } else { nodes.setOlder(newer, older) }
        if older == .none { oldest = newer } else { nodes.setNewer(older, newer) }
    }
}
