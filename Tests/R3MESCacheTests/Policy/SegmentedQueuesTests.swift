// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("SegmentedQueues")
struct SegmentedQueuesTests {
    @Test("Whatever is done, the queues hold what came and did not go, within the weight")
    func random() {
        forAll(cases: 60) { generator in
            var nodes = Slab(repeating: Node())
            nodes.reserve(200)
            defer { nodes.deallocate() }
            var sketch = FrequencySketch(entries: 200)
            let maximum = Int.random(in: 1...300, using: &generator)
            var queues = SegmentedQueues(maximum: maximum, windowPart: 0.01)
            var held: [Slot: Int] = [:]
            for _ in 0..<500 {
                let slot = Slot.random(in: 0..<200, using: &generator)
                sketch.increment(slot)
                switch Int.random(in: 0..<8, using: &generator) {
                case 0:
                    queues.setWindow(part: [0.01, 0.06, 0.3, 1].randomElement(using: &generator) ?? 1)
                case 1:
                    queues.remove(slot, nodes)
                    held[slot] = nil
                case 2 where held[slot] != nil:
                    let weight = Int.random(in: 1...40, using: &generator)
                    queues.addWeight(weight - (held[slot] ?? 0), to: slot, nodes)
                    nodes[slot].weight = UInt32(weight)
                    held[slot] = weight
                case _ where held[slot] != nil:
                    queues.recordAccess(slot, nodes)
                default:
                    let weight = Int.random(in: 1...40, using: &generator)
                    nodes[slot] = Node(hash: slot, weight: UInt32(weight))
                    queues.insert(slot, nodes)
                    held[slot] = weight
                }
                while let victim = queues.nextVictim(nodes, sketch) {
                    try hold(held.removeValue(forKey: victim) != nil, "\(victim) has to go and is not there")
                    queues.remove(victim, nodes)
                }
                try hold(queues.weight == held.values.reduce(0, +) && queues.weight <= maximum, "weight")
                try hold(queues.count == held.count, "count")
            }
        }
    }

    @Test("With nothing but a window it is exactly LRU")
    func lru() {
        forAll(cases: 30) { generator in
            var nodes = Slab(repeating: Node())
            nodes.reserve(64)
            defer { nodes.deallocate() }
            let sketch = FrequencySketch(entries: 64)
            let maximum = Int.random(in: 1...40, using: &generator)
            var queues = SegmentedQueues(maximum: maximum, windowPart: 1)
            var recent: [Slot] = []
            for _ in 0..<500 {
                let slot = Slot.random(in: 0..<64, using: &generator)
                if let place = recent.firstIndex(of: slot) {
                    recent.remove(at: place)
                    queues.recordAccess(slot, nodes)
                } else {
                    nodes[slot] = Node(hash: slot, weight: 1)
                    queues.insert(slot, nodes)
                }
                recent.append(slot)
                while let victim = queues.nextVictim(nodes, sketch) {
                    try hold(recent.first == victim, "\(victim) is not the least recently used")
                    queues.remove(victim, nodes)
                    recent.removeFirst()
                }
                try hold(recent.count == queues.count && recent.count <= maximum)
            }
        }
    }

    @Test("A scan of keys that are asked for once pushes out none that is asked for often")
    func scan() {
        var nodes = Slab(repeating: Node())
        nodes.reserve(2000)
        defer { nodes.deallocate() }
        var sketch = FrequencySketch(entries: 128)
        var queues = SegmentedQueues(maximum: 100, windowPart: 0.01)
        for slot in 0..<Slot(1100) {
            nodes[slot] = Node(hash: slot &* 0x9e37_79b9, weight: 1)
            for _ in 0..<(slot < 90 ? 5 : 1) { sketch.increment(nodes[slot].hash) }
            queues.insert(slot, nodes)
            while let victim = queues.nextVictim(nodes, sketch) { queues.remove(victim, nodes) }
        }
        #expect((0..<Slot(90)).count { nodes[$0].queue != .none } >= 85)
    }
}
