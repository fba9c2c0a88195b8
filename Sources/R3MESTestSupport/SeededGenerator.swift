// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A random generator whose whole course follows from its seed, so that a failed test can be run again exactly.
///
/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). Not for secrets.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// The seed; print it when a test fails.
    public let seed: UInt64

    /// The seed that the environment gives, to repeat a run that failed.
    public static var given: UInt64? {
        ProcessInfo.processInfo.environment["R3MES_TEST_SEED"].flatMap { UInt64($0) }
    }

    private var state: UInt64

    /// Starts from a seed: by default that of the environment variable `R3MES_TEST_SEED`, or else a new one each time.
    public init(seed: UInt64 = given ?? .random(in: .min ... .max)) {
        self.seed = seed
        state = seed
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A generator with a course of its own, for another task.
    public mutating func split() -> SeededGenerator {
        SeededGenerator(seed: next())
    }

    /// True once in `count` times on average.
    public mutating func oneIn(_ count: Int) -> Bool {
        Int.random(in: 0..<count, using: &self) == 0
    }
}
