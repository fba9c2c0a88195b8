// SPDX-License-Identifier: Apache-2.0

/// Finds how much may be done at once from how long it takes: a value without a clock, fed with finished work.
public protocol LimitAlgorithm: Sendable {
    /// The most that may be in use at once, at least 1.
    var limit: Int { get }

    /// Learns from one piece of finished work.
    mutating func record(_ sample: LimitSample)
}

/// One piece of finished work, as a ``LimitAlgorithm`` sees it.
public struct LimitSample: Hashable, Sendable {
    /// How long the work took, waiting for admission not included.
    public var latency: Duration
    /// How much was in use, this work included, when it was admitted.
    public var inFlight: Int
    /// True if the work failed in a way that speaks of overload, such as a timeout.
    public var isOverloaded: Bool

    /// Makes a sample.
    public init(latency: Duration, inFlight: Int, isOverloaded: Bool = false) {
        self.latency = latency
        self.inFlight = inFlight
        self.isOverloaded = isOverloaded
    }
}
