// SPDX-License-Identifier: Apache-2.0

/// A second copy of a request, sent when the first takes longer than most; the first good answer counts, the other copy
/// is cancelled.
///
/// Cuts the tail of a server that is now and then slow, for a few per cent more requests ("The Tail at Scale", Dean and
/// Barroso, 2013). Only requests that do nothing but read are hedged (`GET`, `HEAD`, `OPTIONS`, `TRACE`, `QUERY`).
/// There is no hedge when the ``RetryBudget`` is used up, when the host's bulkhead is full, or while its circuit
/// breaker probes: the first copy then goes on alone.
public struct HedgingPolicy: Hashable, Sendable {
    /// The second copy leaves when this share of recent calls would have been answered.
    ///
    /// The default is 0.95.
    public var quantile: Double
    /// No second copy leaves earlier.
    ///
    /// The default is 1 ms.
    public var minimumDelay: Duration
    /// No second copy leaves later.
    ///
    /// The default is 1 s.
    public var maximumDelay: Duration
    /// With fewer recent calls there is no hedge.
    ///
    /// The default is 100.
    public var minimumSamples: Int

    /// Makes a policy.
    public init(
        quantile: Double = 0.95,
        minimumDelay: Duration = .milliseconds(1),
        maximumDelay: Duration = .seconds(1),
        minimumSamples: Int = 100
    ) {
        self.quantile = quantile
        self.minimumDelay = minimumDelay
        self.maximumDelay = maximumDelay
        self.minimumSamples = minimumSamples
    }

    /// When to send the second copy; nil when too little is known.
    func delay(for latency: LatencyEstimate) -> Duration? {
        guard latency.count >= minimumSamples, let delay = latency.quantile(quantile) else {
            return nil
        }
        return min(max(delay, minimumDelay), maximumDelay)
    }

    var problems: [String] {
        var problems: [String] = []
        if !(quantile > 0 && quantile < 1) {
            problems.append("hedging: quantile must be between 0 and 1")
        }
        if minimumDelay < .zero || maximumDelay < minimumDelay {
            problems.append("hedging: delays must not be negative, and maximumDelay not below minimumDelay")
        }
        if !(1...10_000).contains(minimumSamples) {
            problems.append("hedging: minimumSamples must be 1 to 10,000")
        }
        return problems
    }
}
