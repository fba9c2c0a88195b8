// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("WindowDuel")
struct WindowDuelTests {
    @Test("Where only recency counts the window becomes large, and where only frequency does, small again")
    func finds() {
        var generator = SeededGenerator(seed: 3)
        var duel = WindowDuel(maximum: 200)
        var sketch = FrequencySketch(entries: 200)
        func play(_ keys: [Int]) {
            for key in keys {
                let hash = UInt32(truncatingIfNeeded: key) &* 0x9e37_79b9
                sketch.increment(hash)
                _ = duel.record(hash, weight: 1, sketch)
            }
        }
        play(KeyStream.bursts.keys(count: 8000, among: 1000, using: &generator))
        #expect(duel.part == 1)
        play((0..<20_000).map { $0 % 260 })
        #expect(duel.part == 0.01)
    }

    @Test("Neither weights of all sizes nor many keys make the ghosts hold more than a sample")
    func hostileWeights() {
        var generator = SeededGenerator(seed: 5)
        let maximum = 1 << 40
        var duel = WindowDuel(maximum: maximum)
        var sketch = FrequencySketch(entries: 4096)
        // Many light keys that are used often, and now and then one that takes all of an LRU cache.
        for time in 0..<25_000 {
            let isHeavy = time % 40 == 0
            let key = isHeavy ? UInt32(time) | 1 << 31 : UInt32.random(in: 0..<20_000, using: &generator)
            let hash = key &* 0x9e37_79b9
            sketch.increment(hash)
            _ = duel.record(hash, weight: isHeavy ? .max : 1, sketch)
        }
        #expect(duel.keyCount <= 8192)
        var small = WindowDuel(maximum: 1)
        for key in 0..<UInt32(2000) { _ = small.record(key % 3, weight: key % 5, sketch) }
        #expect(small.keyCount <= 6)
    }
}
