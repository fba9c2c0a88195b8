// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport

/// What a batch of a size costs in seconds, without noise.
struct CostModel: Sendable {
    enum Shape: String, CaseIterable, Sendable {
        /// A fixed cost a call and one an item: the larger the better.
        case affine
        /// A cost that grows with the square: a best size in the middle.
        case quadratic
        /// Next to no cost a call: every size is as good.
        case linear
        /// Items beyond some number cost five times as much.
        case spill
    }

    let shape: Shape
    let perCall: Double
    let perItem: Double
    let turn: Double

    init(_ shape: Shape, using generator: inout SeededGenerator) {
        self.shape = shape
        perCall = exp(Double.random(in: log(1e-4)...log(2e-2), using: &generator))
        perItem = exp(Double.random(in: log(1e-6)...log(3e-4), using: &generator))
        turn = exp(Double.random(in: log(12)...log(1500), using: &generator))
    }

    func seconds(_ size: Int) -> Double {
        let size = Double(size)
        switch shape {
        case .affine: return perCall + perItem * size
        case .quadratic: return perCall * (1 + size * size / (turn * turn)) + 0.2 * perItem * size
        case .linear: return 0.01 * perCall + perItem * size
        case .spill: return perCall + perItem * size + 4 * perItem * max(0, size - turn)
        }
    }

    func throughput(_ size: Int) -> Double { Double(size) / seconds(size) }

    func best(in sizes: ClosedRange<Int>) -> Double {
        // Every size of a narrow range, and sizes within a percent of each other in a wide one.
        var best = 0.0
        var size = sizes.lowerBound
        while size <= sizes.upperBound {
            best = max(best, throughput(size))
            size += max(1, size / 100)
        }
        return max(best, throughput(sizes.upperBound))
    }

    /// With noise that spreads by this part of the value (log-normal), and stalls of ten times the cost.
    func noisy(_ size: Int, noise: Double, stalls: Double, using generator: inout SeededGenerator) -> Duration {
        let uniform = (Double.random(in: 1e-12...1, using: &generator), Double.random(in: 0...1, using: &generator))
        let normal = (-2 * log(uniform.0)).squareRoot() * cos(2 * .pi * uniform.1)
        let isStalled = Double.random(in: 0..<1, using: &generator) < stalls
        return .seconds(seconds(size) * exp(noise * normal) * (isStalled ? 10 : 1))
    }
}
