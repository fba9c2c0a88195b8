// SPDX-License-Identifier: Apache-2.0

/// How much of something is allowed: a steady rate, and how much at once after a rest.
public struct RateLimit: Hashable, Sendable {
    /// How many units one period allows.
    public let count: Int
    /// The length of a period.
    public let period: Duration
    /// The most units that can be taken at one moment.
    public let burst: Int

    /// Makes a limit of so many units per period.
    ///
    /// - Parameters:
    ///   - count: How many units one period allows.
    ///   - period: The length of a period.
    ///   - burst: The most units that can be taken at one moment; by default a whole period's.
    public init(_ count: Int, per period: Duration, burst: Int? = nil) {
        self.count = count
        self.period = period
        self.burst = burst ?? count
    }
}
