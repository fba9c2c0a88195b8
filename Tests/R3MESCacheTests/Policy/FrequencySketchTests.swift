// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("FrequencySketch")
struct FrequencySketchTests {
    @Test("Before it ages no estimate is too low, and few are too high")
    func bounds() {
        forAll(cases: 20) { generator in
            var sketch = FrequencySketch(entries: 512)
            var counts: [UInt32: Int] = [:]
            for _ in 0..<2000 {
                let hash = UInt32.random(in: 0..<400, using: &generator) &* 0x9e37_79b9
                sketch.increment(hash)
                counts[hash, default: 0] += 1
            }
            var errors = 0
            for (hash, count) in counts {
                let estimate = sketch.frequency(of: hash)
                try hold(estimate >= min(count, 15) && estimate <= 15, "\(estimate) of \(count)")
                errors += estimate - min(count, 15)
            }
            try hold(errors < counts.count, "\(errors) too many in all")
        }
    }

    @Test("Counts are halved in time, so that what was hot once is forgotten")
    func aging() {
        var sketch = FrequencySketch(entries: 64)
        for _ in 0..<15 { sketch.increment(1) }
        #expect(sketch.frequency(of: 1) == 15)
        for hash in 0..<UInt32(64 * 10 * 8) { sketch.increment(hash &* 2_654_435_761 &+ 7) }
        #expect(sketch.frequency(of: 1) <= 8)
    }

    @Test("An estimate can be taken over, up to the greatest, in a sketch of any size")
    func takingOver() {
        for entries in [0, 1, 8, 9, 1000] {
            var sketch = FrequencySketch(entries: entries)
            #expect(sketch.capacity >= max(8, entries))
            sketch.take(15, of: .max)
            sketch.take(3, of: 0)
            #expect(sketch.frequency(of: .max) == 15 && sketch.frequency(of: 0) >= 3)
        }
    }
}
