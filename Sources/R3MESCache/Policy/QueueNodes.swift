// SPDX-License-Identifier: Apache-2.0

/// The queues of a ``SegmentedQueues`` an entry can be in.
@usableFromInline
enum QueueKind: UInt8, BitwiseCopyable {
    case none, window, probation, protected
}

/// Where entries keep what their queues need: the cache's own nodes, or the smaller ones of keys without values.
protocol QueueNodes {
    /// Towards the entry used most recently.
    func newer(_ slot: Slot) -> Slot
    func setNewer(_ slot: Slot, _ newer: Slot)
    /// Towards the entry used least recently.
    func older(_ slot: Slot) -> Slot
    func setOlder(_ slot: Slot, _ older: Slot)
    func queue(_ slot: Slot) -> QueueKind
    func setQueue(_ slot: Slot, _ queue: QueueKind)
    /// What the entry counts against the limit.
    func weight(_ slot: Slot) -> Int
    /// The half of the key's hash that the sketch uses.
    func hash(_ slot: Slot) -> UInt32
}
