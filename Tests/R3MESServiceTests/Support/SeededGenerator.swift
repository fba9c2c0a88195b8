// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A random number generator that gives the same numbers for the same seed (SplitMix64: Steele, Lea and Flood, 2014).
struct SeededGenerator: RandomNumberGenerator {
    /// What the generator was made from.
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func bytes(count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }

    /// A number of any size: small ones, powers of two and the ends of the range come as often as large ones.
    mutating func int64() -> Int64 {
        let magnitude = Int64(truncatingIfNeeded: next()) >> Int64.random(in: 0...63, using: &self)
        return [magnitude, magnitude, magnitude, .max, .min, 0].randomElement(using: &self) ?? magnitude
    }
}

/// A property that did not hold for some input.
struct Falsified: Error {
    let reason: String
}

/// Fails the running property unless the condition holds.
func hold(_ condition: Bool, _ reason: @autoclosure () -> String = "the property does not hold") throws {
    guard condition else { throw Falsified(reason: reason()) }
}

/// Tries a property on many random inputs, each with a seed of its own, and reports the first that falsifies it.
///
/// The seeds are new in each run. To repeat a failure, set `R3MES_TEST_SEED` to the seed in its message: that input then
/// comes first.
func forAll(
    cases: Int = 1000,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ property: (inout SeededGenerator) throws -> Void
) {
    let chosen = ProcessInfo.processInfo.environment["R3MES_TEST_SEED"].flatMap { UInt64($0) }
    let first = chosen ?? UInt64.random(in: .min ... .max)
    for index in 0..<cases {
        var generator = SeededGenerator(seed: first &+ UInt64(index))
        do {
            try property(&generator)
        } catch {
            let reason = (error as? Falsified)?.reason ?? "threw \(error)"
            Issue.record("\(reason); R3MES_TEST_SEED=\(generator.seed)", sourceLocation: sourceLocation)
            return
        }
    }
}
