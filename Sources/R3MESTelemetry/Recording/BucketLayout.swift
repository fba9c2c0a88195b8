// SPDX-License-Identifier: Apache-2.0

/// The edges of a histogram's buckets, and how a value finds its bucket.
///
/// Values are whole *ticks*: nanoseconds for what is a time, thousandths for everything else.
struct BucketLayout: Sendable {
    /// How many ticks make one unit of what is published.
    let ticksPerUnit: Double
    /// The upper edges in ticks, which belong to their buckets; the last bucket has none.
    let edges: ContiguousArray<UInt64>
    /// The same in the unit that is published.
    let publishedEdges: [Double]
    /// By the bits that a value has: the first bucket that it can be in.
    private let firstBucket: ContiguousArray<Int>

    static let ticksPerSecond = 1e9
    static let ticksPerNumber = 1e3

    /// - Parameter edges: In the unit that is published, in any order; what is no positive number is left out.
    init(edges: [Double], ticksPerUnit: Double) {
        self.ticksPerUnit = ticksPerUnit
        var byTicks: [UInt64: Double] = [:]
        for edge in edges where edge > 0 {
            if let ticks = UInt64(exactly: (edge * ticksPerUnit).rounded()) { byTicks[ticks] = edge }
        }
        let sorted = byTicks.sorted { $0.key < $1.key }
        let ticks = ContiguousArray(sorted.map(\.key))
        self.edges = ticks
        publishedEdges = sorted.map(\.value)
        firstBucket = ContiguousArray(
            (0...UInt64.bitWidth).map { bits in
                let least: UInt64 = bits == 0 ? 0 : 1 << UInt64(bits - 1)
                return ticks.firstIndex { least <= $0 } ?? ticks.count
            }
        )
    }

    var bucketCount: Int { edges.count + 1 }

    /// The bucket of a value.
    ///
    /// Few steps, however many edges there are, as they grow by factors.
    @inline(__always)
    func bucket(of ticks: UInt64) -> Int {
        var index = firstBucket[UInt64.bitWidth - ticks.leadingZeroBitCount]
        while index < edges.count, ticks > edges[index] {
            index += 1
        }
        return index
    }
}
