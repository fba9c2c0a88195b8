// SPDX-License-Identifier: Apache-2.0

/// Quantiles of recent durations in a fixed, small space: a histogram that forgets.
///
/// Buckets grow by an eighth of an octave, so that a quantile is at most 1/8 too high, from 16 µs to 68 s. After every
/// `halfLife` samples all counts are halved, so the estimate follows a change within a few half-lives. P² (Jain and
/// Chlamtac, 1985) is smaller, but never forgets. Recording is O(1); a quantile walks up to 176 counts.
struct LatencyEstimate: Sendable {
    private static let firstOctave = 14  // 2^14 ns = 16 µs
    private static let octaves = 22
    private static let perOctave = 8

    private let halfLife: UInt32
    private var counts = [UInt32](repeating: 0, count: octaves * perOctave)
    private var total: UInt32 = 0
    private var untilHalving: UInt32

    init(halfLife: Int = 1_000) {
        self.halfLife = UInt32(clamping: max(halfLife, 1))
        untilHalving = self.halfLife
    }

    /// Samples that still count.
    var count: Int { Int(total) }

    mutating func record(_ duration: Duration) {
        counts[Self.bucket(of: duration)] += 1
        total += 1
        untilHalving -= 1
        if untilHalving == 0 {
            halve()
        }
    }

    /// The duration that a share of the samples does not exceed; nil without samples.
    func quantile(_ share: Double) -> Duration? {
        guard total > 0 else {
            return nil
        }
        let rank = max(1, (share * Double(total)).rounded(.up))
        var seen = 0.0
        for (bucket, count) in counts.enumerated() {
            seen += Double(count)
            if seen >= rank {
                return Self.upperBound(of: bucket)
            }
        }
        return Self.upperBound(of: counts.count - 1)
    }

    private mutating func halve() {
        total = 0
        for index in counts.indices {
            counts[index] /= 2
            total += counts[index]
        }
        untilHalving = halfLife
    }

    private static func bucket(of duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        guard seconds < 100 else {
            return octaves * perOctave - 1
        }
        let nanoseconds = max(seconds, 0) * 1_000_000_000 + max(attoseconds, 0) / 1_000_000_000
        guard nanoseconds >= 1 << firstOctave else {
            return 0
        }
        let octave = 63 - nanoseconds.leadingZeroBitCount
        let fraction = Int(nanoseconds >> (octave - 3)) - perOctave
        return min((octave - firstOctave) * perOctave + fraction, octaves * perOctave - 1)
    }

    private static func upperBound(of bucket: Int) -> Duration {
        let octave = firstOctave + bucket / perOctave
        return .nanoseconds(Int64(perOctave + bucket % perOctave + 1) << (octave - 3))
    }
}
