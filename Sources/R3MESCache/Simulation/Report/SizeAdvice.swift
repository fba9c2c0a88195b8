// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Which of the sizes that were tried is worth its memory.
///
/// That is the smallest one from which no larger one gains ``minimumGain`` or more for each doubling. All larger sizes
/// are looked at, not the next one alone, since the curves of loops are flat first and steep later.
public struct SizeAdvice: Hashable, Sendable {
    /// The policy whose curve is judged.
    public let policy: SimulationPolicy
    /// The points, of 100, by which a doubled cache must raise the hit ratio to be worth it.
    public let minimumGain: Double
    /// The results of the policy, from the smallest size to the largest.
    public let curve: [SimulationResult]
    /// The result of the size that is worth its memory; nil when even the largest size tried may be too small.
    public let worth: SimulationResult?
    /// The smallest size from which on more than half of all misses are the first requests of their keys.
    ///
    /// The trace is too short to tell such sizes apart. Nil when no size tried is so large.
    public let warmUpSize: Int?

    /// Judges results; nil if there are none of the policy, or none of a trace that has requests.
    ///
    /// - Parameters:
    ///   - results: Of any policies; those of others are passed over.
    ///   - distinctKeys: How many keys the trace has: no cache needs to be larger.
    ///   - minimumGain: In points, of 100. The default is 2.
    public init?(
        for policy: SimulationPolicy,
        from results: [SimulationResult],
        distinctKeys: Int,
        minimumGain: Double = 2
    ) {
        let curve = results.filter { $0.policy == policy && $0.requests > 0 }.sorted { $0.size < $1.size }
        guard let largest = curve.last else { return nil }
        self.policy = policy
        self.minimumGain = minimumGain
        self.curve = curve
        worth = curve.first { candidate in
            if candidate.size == largest.size { return candidate.size >= distinctKeys }
            return curve.allSatisfy { $0.size <= candidate.size || $0.gainPerDoubling(over: candidate) < minimumGain }
        }
        warmUpSize = curve.first { distinctKeys * 2 > $0.requests - $0.hits }?.size
    }

    /// The result of the next larger size than a result's.
    public func next(after result: SimulationResult) -> SimulationResult? {
        curve.first { $0.size > result.size }
    }

    /// The result of the next smaller size than a result's.
    public func previous(before result: SimulationResult) -> SimulationResult? {
        curve.last { $0.size < result.size }
    }
}

extension SimulationResult {
    /// How many points, of 100, the hit ratio lies above that of another result.
    public func gain(over other: SimulationResult) -> Double {
        // Of the same requests the difference is counted whole, so that 5 points are not 4.99 for a comparison.
        requests == other.requests && requests > 0
            ? Double(hits - other.hits) * 100 / Double(requests)
            : (hitRatio - other.hitRatio) * 100
    }

    /// The gain over a smaller size, shared out among the doublings in between; a part of one counts as one.
    func gainPerDoubling(over smaller: SimulationResult) -> Double {
        gain(over: smaller) / max(log2(Double(size) / Double(smaller.size)), 1)
    }
}
