// SPDX-License-Identifier: Apache-2.0

/// Follows the ratio of no-load latency to latency: shrinks in proportion when work gets slower, grows while it does
/// not.
///
/// In the manner of Netflix's Gradient2, with three differences that keep it from drifting: the no-load latency does
/// not follow latencies seen under load; the headroom for growth is added only while latency is within tolerance; and
/// the limit moves only while it is really used. It needs no probes that hold traffic back.
public struct GradientLimit: LimitAlgorithm, Hashable {
    private let range: LimitRange
    private let tolerance: Double
    private let smoothing: Double
    private var exactLimit: Double
    private var window = SampleWindow()
    private var noLoadLatency = NoLoadLatency()

    /// Makes the algorithm.
    ///
    /// - Parameters:
    ///   - initial: The limit to begin with. If it is far too high, the first latencies seen are not those without
    ///     load, and it takes a lull to learn better.
    ///   - range: The bounds of the limit. The lower bound should be what the downstream can do without any queue.
    ///   - tolerance: The ratio of latency to no-load latency from which the limit shrinks, between 1 and 3.
    ///   - smoothing: How much of the way to its new value the limit goes at once, between 0.01 and 1.
    public init(
        initial: Int = 20,
        range: ClosedRange<Int> = 1...1_000,
        tolerance: Double = 1.5,
        smoothing: Double = 0.2
    ) {
        self.range = LimitRange(range)
        self.tolerance = min(max(tolerance, 1), 3)
        self.smoothing = min(max(smoothing, 0.01), 1)
        exactLimit = self.range.clamp(Double(initial))
    }

    /// The most that may be in use at once.
    public var limit: Int { Int(exactLimit) }

    /// Learns from one piece of finished work; moves the limit once per round of it.
    public mutating func record(_ sample: LimitSample) {
        let size = range.windowSize(at: exactLimit)
        guard let summary = window.add(sample, size: size, quietAtMost: range.quiet(at: exactLimit)) else {
            return
        }
        noLoadLatency.learn(from: summary)
        // A limit that is not used says nothing about how high it could be.
        guard summary.inFlight * 2 >= limit else {
            return
        }
        exactLimit += smoothing * (target(for: summary) - exactLimit)
        exactLimit = range.clamp(exactLimit)
    }

    private func target(for summary: SampleWindow.Summary) -> Double {
        guard !summary.isOverloaded, let latency = summary.latency, let base = noLoadLatency.estimate else {
            return exactLimit / 2
        }
        let gradient = tolerance * base / latency
        return gradient >= 1 ? exactLimit + exactLimit.squareRoot() : exactLimit * max(gradient, 0.5)
    }
}
