// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESMemory

@Suite("MemoryPressureTracker")
struct MemoryPressureTrackerTests {
    private typealias Reading = MemoryPressureReading

    @Test(
        "rises at once to the level that a reading calls for",
        arguments: [
            (MemoryPressureReading(), MemoryPressureLevel?.none),
            (.init(utilisation: 0.79), nil),
            (.init(utilisation: 0.80), .elevated),
            (.init(utilisation: 0.92), .critical),
            (.init(utilisation: 7), .critical),
            (.init(utilisation: .nan), nil),
            (.init(utilisation: 0.1, someStalled: 0.1), .elevated),
            (.init(utilisation: 0.1, someStalled: 0.9), .elevated),
            (.init(utilisation: 0.1, allStalled: 0.1), .critical),
            (.init(limitHits: 1_000_000), nil),
        ]
    )
    func rises(reading: MemoryPressureReading, expected: MemoryPressureLevel?) {
        var tracker = MemoryPressureTracker()
        #expect(tracker.update(reading) == expected)
        #expect(tracker.level == expected ?? .normal)
    }

    @Test("falls one level at a time, each after three calm readings in a row")
    func falls() {
        var tracker = MemoryPressureTracker()
        #expect(tracker.update(Reading(utilisation: 0.95)) == .critical)
        let changes = (0..<7).map { _ in tracker.update(Reading(utilisation: 0.1)) }
        #expect(changes == [nil, nil, .elevated, nil, nil, .normal, nil])
    }

    @Test("a reading that is not calm begins the count anew")
    func countsInARow() {
        var tracker = MemoryPressureTracker()
        _ = tracker.update(Reading(utilisation: 0.85))
        let changes = [0.1, 0.1, 0.79, 0.1, 0.1, 0.1].map { tracker.update(Reading(utilisation: $0)) }
        #expect(changes == [nil, nil, nil, nil, nil, .normal])
    }

    @Test("being held back at the limit since the last reading is elevated, the old count is not")
    func limitHits() {
        var tracker = MemoryPressureTracker()
        #expect(tracker.update(Reading(limitHits: 50)) == nil)
        #expect(tracker.update(Reading(limitHits: 50)) == nil)
        #expect(tracker.update(Reading(limitHits: 51)) == .elevated)
        // Another group, whose count is lower, is no sign of anything.
        #expect(tracker.update(Reading(limitHits: 3)) == nil)
    }

    @Test("a figure that swings within the margin never makes the level flap")
    func doesNotFlap() {
        var generator = SeededGenerator()
        for threshold in [0.80, 0.92] {
            var tracker = MemoryPressureTracker()
            _ = tracker.update(Reading(utilisation: threshold))
            let level = tracker.level
            for _ in 0..<10_000 {
                let swing = Double.random(in: threshold * 0.951..<threshold, using: &generator)
                #expect(tracker.update(Reading(utilisation: swing)) == nil, "seed \(generator.seed)")
            }
            #expect(tracker.level == level)
        }
    }

    @Test("never stays under what a reading calls for, and never jumps down")
    func invariants() {
        var generator = SeededGenerator()
        var tracker = MemoryPressureTracker()
        for _ in 0..<50_000 {
            let before = tracker.level
            let utilisation = Double.random(in: 0...1.1, using: &generator)
            let change = tracker.update(Reading(utilisation: utilisation))
            let least: MemoryPressureLevel =
                utilisation >= 0.92 ? .critical : utilisation >= 0.80 ? .elevated : .normal
            #expect(tracker.level >= least, "seed \(generator.seed)")
            #expect(tracker.level.rawValue >= before.rawValue - 1, "seed \(generator.seed)")
            #expect((change != nil) == (tracker.level != before), "seed \(generator.seed)")
        }
    }
}
