// SPDX-License-Identifier: Apache-2.0

/// Turns readings into a pressure level with hysteresis; a pure value, without a clock and without I/O.
///
/// Up at once: the level rises with the first reading that calls for it. Down slowly: it falls by one level only after
/// ``Thresholds/calmReadings`` readings in a row that lie under the threshold by a margin. A figure that swings within the
/// margin therefore never makes the level flap, and a fall from critical passes through elevated.
public struct MemoryPressureTracker: Sendable {
    /// The level as of the last reading.
    public private(set) var level = MemoryPressureLevel.normal
    private let thresholds: Thresholds
    private var calm = 0
    private var limitHits: Int?

    /// Makes a tracker at the normal level.
    public init(thresholds: Thresholds = Thresholds()) {
        self.thresholds = thresholds
    }

    /// Takes in the next reading; returns the new level when it has changed.
    public mutating func update(_ reading: MemoryPressureReading) -> MemoryPressureLevel? {
        let isHeldBack = hasGrown(limitHits: reading.limitHits)
        let rising = judge(reading, margin: 0, isHeldBack: isHeldBack)
        if rising > level {
            level = rising
            calm = 0
            return level
        }
        guard level > .normal, judge(reading, margin: thresholds.margin, isHeldBack: isHeldBack) < level else {
            calm = 0
            return nil
        }
        calm += 1
        guard calm >= thresholds.calmReadings else { return nil }
        calm = 0
        level = level.milder
        return level
    }

    /// The counter only grows while a control group lives; the first reading tells nothing about now.
    private mutating func hasGrown(limitHits new: Int?) -> Bool {
        guard let new else { return false }
        defer { limitHits = new }
        return limitHits.map { new > $0 } ?? false
    }

    private func judge(_ reading: MemoryPressureReading, margin: Double, isHeldBack: Bool) -> MemoryPressureLevel {
        func exceeds(_ value: Double?, _ threshold: Double) -> Bool {
            value.map { $0 >= threshold * (1 - margin) } ?? false
        }
        if exceeds(reading.utilisation, thresholds.criticalUtilisation)
            || exceeds(reading.allStalled, thresholds.criticalStall)
        {
            return .critical
        }
        if isHeldBack || exceeds(reading.utilisation, thresholds.elevatedUtilisation)
            || exceeds(reading.someStalled, thresholds.elevatedStall)
        {
            return .elevated
        }
        return .normal
    }
}
