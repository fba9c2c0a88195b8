// SPDX-License-Identifier: Apache-2.0

/// The order statistics of a set of observations.
package struct Quantiles: Sendable {
    private let sorted: [Double]

    package init(_ values: [Double]) {
        sorted = values.sorted()
    }

    package var count: Int { sorted.count }
    package var maximum: Double { sorted.last ?? 0 }

    /// The least observation that a share of all does not exceed; 0 when there are none.
    package func at(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }
}
