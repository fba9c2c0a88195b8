// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESBatch

/// Budget 11: the batch size is found, and found anew when the cost changes.
///
/// A batch is real work on the processor: some that each batch needs, some for each item, and some that grows with the
/// square of the size, as sorting in memory that no longer fits does. So there is a best size between the bounds.
enum TunerBudget {
    private struct Cost: Sendable {
        var batch: Int
        let item = 3_000
        let pair = 60

        func spin(_ size: Int) {
            var state = UInt(truncatingIfNeeded: size)
            for _ in 0..<batch + item * size + pair * size * size {
                state = state &* 6_364_136_223_846_793_005 &+ 1
            }
            Sink.take(state)
        }
    }

    private static let sizes = 10...200

    static func run() async throws -> [Budget] {
        try await measure()
    }

    @concurrent
    private static func measure() async throws -> [Budget] {
        var tuner = try BatchSizeTuner(configuration: .init(sizes: sizes))
        let before = Cost(batch: 300_000)
        let found = share(of: tune(&tuner, by: before, batches: 50), by: before)
        let after = Cost(batch: 2_400_000)
        let foundAgain = share(of: tune(&tuner, by: after, batches: 50), by: after)
        return [
            budget("the best size is found in 50 batches", found),
            budget("and anew, 50 batches after a change of cost", foundAgain),
        ]
    }

    private static func budget(_ name: String, _ found: (size: Int, best: Int, share: Double)) -> Budget {
        Budget(
            number: 11,
            name: name,
            aim: "≥ 0.9 × the best throughput",
            figure: "\(Figure.ratio(found.share)), at \(found.size) where \(found.best) is the best",
            isReached: found.share >= 0.9
        )
    }

    private static func tune(_ tuner: inout BatchSizeTuner, by cost: Cost, batches: Int) -> Int {
        for _ in 0..<batches {
            let size = tuner.size
            tuner.record(count: size, duration: ContinuousClock().measure { cost.spin(size) })
        }
        return tuner.best
    }

    /// The throughput at a size, in parts of that at the best of all sizes; all are measured in turn, by medians.
    private static func share(of size: Int, by cost: Cost) -> (size: Int, best: Int, share: Double) {
        let candidates = Array(Set(stride(from: sizes.lowerBound, through: sizes.upperBound, by: 10)).union([size]))
        var times: [Int: [Double]] = [:]
        for _ in 0..<7 {
            for candidate in candidates {
                times[candidate, default: []].append(ContinuousClock().measure { cost.spin(candidate) }.seconds)
            }
        }
        let throughput = times.map { (size: $0, rate: Double($0) / Quantiles($1).at(0.5)) }
        guard
            let best = throughput.max(by: { $0.rate < $1.rate }),
            let own = throughput.first(where: { $0.size == size })
        else { return (size, size, 0) }
        return (size, best.size, own.rate / best.rate)
    }
}
