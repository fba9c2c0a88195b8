// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport

/// Streams of keys as real programs make them.
enum KeyStream: CaseIterable, Sendable {
    /// Few keys are asked for often, many seldom.
    case zipf
    /// A hot set, with long runs of keys that are asked for once in between.
    case scans
    /// The same keys round and round.
    case loop
    /// A hot set that moves on.
    case shifting
    /// Each key several times in a short while, and then no more.
    case bursts

    func keys(count: Int, among distinct: Int, using generator: inout SeededGenerator) -> [Int] {
        var burst: [Int] = []
        return (0..<count).map { time in
            switch self {
            case .zipf:
                return Self.skewed(distinct, using: &generator)
            case .scans:
                let isScan = time / distinct % 3 == 2
                return isScan ? distinct + time : Self.skewed(distinct, using: &generator)
            case .loop:
                return time % distinct
            case .shifting:
                return time / distinct * 3 + Self.skewed(distinct, using: &generator)
            case .bursts:
                if burst.isEmpty || generator.oneIn(4) {
                    burst.append(time)
                    burst = burst.suffix(5)
                }
                return burst.randomElement(using: &generator) ?? time
            }
        }
    }

    /// A number below the bound, small ones more often: the density falls with the number, about as 1/n.
    private static func skewed(_ bound: Int, using generator: inout SeededGenerator) -> Int {
        var number = bound - 1
        for _ in 0..<3 {
            number = Int.random(in: 0...number, using: &generator)
        }
        return number
    }
}
