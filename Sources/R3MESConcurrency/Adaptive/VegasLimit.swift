// SPDX-License-Identifier: Apache-2.0

/// The limit of TCP Vegas: keeps the queue that it causes downstream short, but not empty.
///
/// The queue is what is in flight beyond what the no-load latency explains: `limit × (1 − no-load latency ÷ latency)`.
/// The limit grows while the queue is shorter than three times the logarithm of the limit and shrinks when it is longer
/// than six times. Moves in small steps: for downstreams of steady latency.
///
/// See Brakmo and Peterson: TCP Vegas (1995), and Netflix's concurrency-limits, from which the thresholds are.
public struct VegasLimit: LimitAlgorithm, Hashable {
    private let range: LimitRange
    private var exactLimit: Double
    private var window = SampleWindow()
    private var noLoadLatency = NoLoadLatency()

    /// Makes the algorithm.
    ///
    /// - Parameters:
    ///   - initial: The limit to begin with.
    ///   - range: The bounds of the limit. The lower bound should be what the downstream can do without any queue.
    public init(initial: Int = 20, range: ClosedRange<Int> = 1...1_000) {
        self.range = LimitRange(range)
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
        // The decimal logarithm, as nearly as the exponent tells it.
        let step = max(0.3 * Double(exactLimit.exponent), 1)
        guard !summary.isOverloaded, let latency = summary.latency, let base = noLoadLatency.estimate else {
            exactLimit = range.clamp(exactLimit - step)
            return
        }
        let queue = exactLimit * (1 - min(base / latency, 1))
        if queue < 3 * step {
            exactLimit = range.clamp(exactLimit + step)
        } else if queue > 6 * step {
            exactLimit = range.clamp(exactLimit - step)
        }
    }
}
