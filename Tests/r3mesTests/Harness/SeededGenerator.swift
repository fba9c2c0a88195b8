// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Random numbers that can be had again: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// Sets the seed of a run, to repeat one that failed.
    static let variable = "R3MES_TEST_SEED"

    let seed: UInt64
    private var state: UInt64

    /// Takes the seed of the environment, or else a new one.
    init() {
        let given = ProcessInfo.processInfo.environment[Self.variable].flatMap { UInt64($0) }
        self.init(seed: given ?? .random(in: .min ... .max))
    }

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
