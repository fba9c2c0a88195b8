// SPDX-License-Identifier: Apache-2.0

/// The bounds within which an algorithm moves its limit.
struct LimitRange: Hashable, Sendable {
    let minimum: Double
    let maximum: Double

    /// Both at least 1, and the maximum not below the minimum.
    init(_ range: ClosedRange<Int>) {
        minimum = Double(max(range.lowerBound, 1))
        maximum = Double(max(range.upperBound, 1))
    }

    func clamp(_ limit: Double) -> Double {
        min(max(limit, minimum), maximum)
    }

    /// The most in flight at which work hardly waits for other work.
    func quiet(at limit: Double) -> Int {
        Int(max(minimum, limit / 4))
    }

    /// A window spans about one round of everything that may be in flight.
    func windowSize(at limit: Double) -> Int {
        Int(max(limit, 10))
    }
}
