// SPDX-License-Identifier: Apache-2.0

/// Additive increase, multiplicative decrease: the limit of TCP's congestion avoidance.
///
/// Grows by one per round of finished work while it is really used, and shrinks by a tenth at the first sign of
/// overload, once per round, so that many failures of one cause count once. For work whose overload shows as timeouts
/// or as latency above a known threshold.
///
/// See Chiu and Jain: Analysis of the Increase and Decrease Algorithms for Congestion Avoidance (1989).
public struct AIMDLimit: LimitAlgorithm, Hashable {
    private let range: LimitRange
    private let backoff: Double
    private let latencyThreshold: Duration?
    private var exactLimit: Double
    private var samplesUntilNextDecrease = 0

    /// Makes the algorithm.
    ///
    /// - Parameters:
    ///   - initial: The limit to begin with.
    ///   - range: The bounds of the limit.
    ///   - backoff: What the limit is multiplied with on overload, between 0.5 and 0.99.
    ///   - latencyThreshold: A latency above it counts as overload; nil for none.
    public init(
        initial: Int = 20,
        range: ClosedRange<Int> = 1...1_000,
        backoff: Double = 0.9,
        latencyThreshold: Duration? = nil
    ) {
        self.range = LimitRange(range)
        self.backoff = min(max(backoff, 0.5), 0.99)
        self.latencyThreshold = latencyThreshold
        exactLimit = self.range.clamp(Double(initial))
    }

    /// The most that may be in use at once.
    public var limit: Int { Int(exactLimit) }

    /// Learns from one piece of finished work.
    public mutating func record(_ sample: LimitSample) {
        samplesUntilNextDecrease = max(samplesUntilNextDecrease - 1, 0)
        let isSlow = latencyThreshold.map { sample.latency > $0 } ?? false
        if sample.isOverloaded || isSlow {
            if samplesUntilNextDecrease == 0 {
                samplesUntilNextDecrease = limit
                exactLimit = range.clamp(exactLimit * backoff)
            }
        } else if sample.inFlight * 2 >= limit {
            exactLimit = range.clamp(exactLimit + 1 / exactLimit)
        }
    }
}
