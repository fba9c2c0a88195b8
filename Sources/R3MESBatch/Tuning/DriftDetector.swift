// SPDX-License-Identifier: Apache-2.0

/// Notices that measurements have moved away from their mean: a two-sided cumulative sum (Page: Continuous Inspection
/// Schemes, 1954).
///
/// With an allowance of half a standard deviation and this threshold it mistakes noise for a change about once in a thousand
/// measurements, and notices a change by three standard deviations after two or three.
struct DriftDetector: Hashable, Sendable {
    private var rise = 0.0
    private var fall = 0.0

    /// Takes in a departure from the mean in standard deviations; true when the sum of departures is no longer noise.
    mutating func add(_ departure: Double?) -> Bool {
        guard let departure else { return false }
        rise = max(0, rise + departure - Self.allowance)
        fall = max(0, fall - departure - Self.allowance)
        return max(rise, fall) > Self.threshold
    }

    private static let allowance = 0.5
    private static let threshold = 7.0
}
