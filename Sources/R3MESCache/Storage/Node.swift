// SPDX-License-Identifier: Apache-2.0

/// What a shard knows of an entry besides its key and value.
@usableFromInline
struct Node: BitwiseCopyable {
    /// The half of the key's hash that the index and the sketch use.
    var hash: UInt32 = 0
    /// Towards the entry used most recently; in a free slot, the next free one.
    var newer = Slot.none
    /// Towards the entry used least recently.
    var older = Slot.none
    /// What the entry counts against the limit.
    var weight: UInt32 = 0
    @usableFromInline var queue = QueueKind.none
    /// Remembers that there is nothing: the slot has a key and no value.
    @usableFromInline var isAbsent = false
    /// A task is under way that loads the value anew.
    var isRefreshing = false
}

extension Slab: QueueNodes where Record == Node {
    func newer(_ slot: Slot) -> Slot { self[slot].newer }
    func setNewer(_ slot: Slot, _ newer: Slot) { self[slot].newer = newer }
    func older(_ slot: Slot) -> Slot { self[slot].older }
    func setOlder(_ slot: Slot, _ older: Slot) { self[slot].older = older }
    func queue(_ slot: Slot) -> QueueKind { self[slot].queue }
    func setQueue(_ slot: Slot, _ queue: QueueKind) { self[slot].queue = queue }
    func weight(_ slot: Slot) -> Int { Int(self[slot].weight) }
    func hash(_ slot: Slot) -> UInt32 { self[slot].hash }
}
