// SPDX-License-Identifier: Apache-2.0

import Histogram

/// What a timer or recorder has seen up to one moment, in base units: seconds for timers.
public struct DistributionSnapshot: Sendable {
    /// The upper edges of the buckets; one more bucket, without an upper edge, follows the last.
    public let edges: [Double]
    /// How many values were in each bucket, for itself; one more than there are edges.
    public let buckets: [UInt64]
    /// The sum of all values.
    public let sum: Double
    /// How many values there were.
    public let count: UInt64
    private let histogram: Histogram<UInt64>
    private let ticksPerUnit: Double

    init(contents: Distribution.Contents, layout: BucketLayout) {
        edges = layout.publishedEdges
        buckets = Array(contents.buckets)
        sum = contents.sum / layout.ticksPerUnit
        // Of the same moment as the buckets, so that the last of them, accumulated, is exactly the count.
        count = contents.buckets.reduce(0, &+)
        histogram = contents.histogram
        ticksPerUnit = layout.ticksPerUnit
    }

    /// The largest value, right to 1 % like the quantiles; 0 if there was none.
    public var maximum: Double { count == 0 ? 0 : Double(histogram.maxRecorded) / ticksPerUnit }

    /// The mean of all values; 0 if there was none.
    public var mean: Double { count == 0 ? 0 : sum / Double(count) }

    /// The least value that a share of all does not exceed, such as 0.999, right to 1 %; 0 if there was none.
    ///
    /// Costs some microseconds.
    public func quantile(_ share: Double) -> Double {
        guard count > 0, !share.isNaN else { return 0 }
        return Double(histogram.valueAtPercentile(min(max(share, 0), 1) * 100)) / ticksPerUnit
    }
}
