// SPDX-License-Identifier: Apache-2.0

/// Decides which entries of a shard stay: W-TinyLFU whose window follows the load.
struct EvictionPolicy: ~Copyable {
    private(set) var queues: SegmentedQueues
    private var sketch = FrequencySketch(entries: 64)
    private var duel: WindowDuel

    /// Makes a policy without entries.
    init(maximumWeight: Int) {
        duel = WindowDuel(maximum: maximumWeight)
        queues = SegmentedQueues(maximum: maximumWeight, windowPart: duel.part)
    }

    /// The weight of all entries.
    var weight: Int { queues.weight }

    /// The greatest weight of all entries together.
    var maximumWeight: Int { queues.maximum }

    /// An entry was used.
    mutating func recordAccess(_ slot: Slot, _ nodes: Slab<Node>) {
        count(slot, nodes)
        queues.recordAccess(slot, nodes)
    }

    /// An entry is new.
    mutating func insert(_ slot: Slot, _ nodes: Slab<Node>) {
        if queues.count > sketch.capacity, sketch.capacity < FrequencySketch.largest { enlargeSketch(nodes) }
        count(slot, nodes)
        queues.insert(slot, nodes)
    }

    /// An entry has gone.
    mutating func remove(_ slot: Slot, _ nodes: Slab<Node>) {
        queues.remove(slot, nodes)
    }

    /// An entry weighs something else now.
    mutating func reweigh(_ slot: Slot, to weight: UInt32, _ nodes: Slab<Node>) {
        queues.addWeight(Int(weight) - Int(nodes[slot].weight), to: slot, nodes)
        nodes[slot].weight = weight
    }

    /// An entry that has to go, which the caller removes; nil if the rest has room.
    mutating func nextVictim(_ nodes: Slab<Node>) -> Slot? {
        queues.nextVictim(nodes, sketch)
    }

    /// How often an entry was asked for of late, from 0 to 15.
    func frequency(_ slot: Slot, _ nodes: Slab<Node>) -> Int {
        sketch.frequency(of: nodes[slot].hash)
    }

    /// All entries, those that were used last first: the protected, the window's, those on probation.
    func slotsByRecency(_ nodes: Slab<Node>) -> [Slot] {
        var slots: [Slot] = []
        for queue in [queues.protected, queues.window, queues.probation] {
            var slot = queue.newest
            while slot != .none {
                slots.append(slot)
                slot = nodes[slot].older
            }
        }
        return slots
    }

    /// Counts go on in a sketch of twice the size, from the estimates for what is there.
    private mutating func enlargeSketch(_ nodes: Slab<Node>) {
        var larger = FrequencySketch(entries: sketch.capacity * 2)
        for slot in slotsByRecency(nodes) {
            larger.take(sketch.frequency(of: nodes[slot].hash), of: nodes[slot].hash)
        }
        sketch = larger
    }

    private mutating func count(_ slot: Slot, _ nodes: Slab<Node>) {
        sketch.increment(nodes[slot].hash)
        if duel.record(nodes[slot].hash, weight: nodes[slot].weight, sketch) {
            queues.setWindow(part: duel.part)
        }
    }
}
