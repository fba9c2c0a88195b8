// SPDX-License-Identifier: Apache-2.0

import Histogram
import Synchronization

/// How often which values came, recorded per thread and merged when somebody looks.
///
/// A stripe has an HDR histogram (two significant digits, so quantiles are right to 1 %), which grows as larger values come,
/// and the exact counts of the buckets that are published, so that a share within a budget is no estimate. Recording takes a
/// lock that no other thread wants, unless there are more threads than stripes or somebody merges, which holds it for some
/// microseconds. It allocates only when a value is larger than all before.
struct Distribution: ~Copyable, Sendable {
    struct Stripe: ~Copyable, Sendable {
        let contents: Mutex<Contents>
        let isSampleDue = Atomic<Bool>(false)
    }

    struct Contents: Sendable {
        var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .two)
        var buckets: ContiguousArray<UInt64>
        /// In ticks.
        ///
        /// A `Double`, since the nanoseconds of a thousand long connections pass an `Int64` within months.
        var sum = 0.0

        init(bucketCount: Int) {
            buckets = ContiguousArray(repeating: 0, count: bucketCount)
        }
    }

    /// Of so many observations on a stripe, one is timed; a power of two.
    private static let sampling: UInt64 = 1024
    /// Larger values count as this one, which HDR histograms can still tell from others.
    private static let largest = UInt64.max / 4

    let layout: BucketLayout
    private let stripes: Stripes<Stripe>

    init(layout: BucketLayout, stripes: Int) {
        self.layout = layout
        let buckets = layout.bucketCount
        self.stripes = Stripes(count: stripes) { Stripe(contents: Mutex(Contents(bucketCount: buckets))) }
    }

    /// Records one value, and answers its bucket.
    ///
    /// - Parameter cost: Is told now and then what recording took.
    @inline(__always)
    @discardableResult
    func record(_ ticks: UInt64, cost: SelfMetrics? = nil) -> Int {
        let bucket = layout.bucket(of: ticks)
        stripes.withCurrent { stripe in
            guard let cost, stripe.isSampleDue.load(ordering: .relaxed) else {
                Self.add(ticks, bucket, to: stripe)
                return
            }
            stripe.isSampleDue.store(false, ordering: .relaxed)
            let start = ContinuousClock.now
            Self.add(ticks, bucket, to: stripe)
            cost.observed(in: ContinuousClock.now - start)
        }
        return bucket
    }

    @inline(__always)
    private static func add(_ ticks: UInt64, _ bucket: Int, to stripe: borrowing Stripe) {
        let isSampleDue = stripe.contents.withLock { contents in
            contents.histogram.record(min(ticks, largest))
            contents.buckets[bucket] &+= 1
            contents.sum += Double(ticks)
            return contents.histogram.totalCount & (sampling - 1) == 0
        }
        if isSampleDue {
            stripe.isSampleDue.store(true, ordering: .relaxed)
        }
    }

    /// All that was recorded, of all threads.
    var snapshot: DistributionSnapshot {
        var merged = Contents(bucketCount: layout.bucketCount)
        stripes.forEach { stripe in
            stripe.contents.withLock { contents in
                merged.histogram.add(contents.histogram)
                for index in merged.buckets.indices {
                    merged.buckets[index] &+= contents.buckets[index]
                }
                merged.sum += contents.sum
            }
        }
        return DistributionSnapshot(contents: merged, layout: layout)
    }
}
