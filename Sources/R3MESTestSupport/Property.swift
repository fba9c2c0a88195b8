// SPDX-License-Identifier: Apache-2.0

public import Testing

/// A property that did not hold for some input.
public struct Falsified: Error {
    /// Why it did not hold.
    public let reason: String

    /// Makes the error that falsifies the running property.
    public init(reason: String) {
        self.reason = reason
    }
}

/// Fails the running property unless the condition holds.
public func hold(_ condition: Bool, _ reason: @autoclosure () -> String = "the property does not hold") throws {
    guard condition else { throw Falsified(reason: reason()) }
}

/// Tries a property on many random inputs, each with a seed of its own, and reports the first that falsifies it.
///
/// The seeds are new in each run. To repeat a failure, set `R3MES_TEST_SEED` to the seed in its message: that input then
/// comes first.
public func forAll(
    cases: Int = 1000,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ property: (inout SeededGenerator) throws -> Void
) {
    let first = SeededGenerator().seed
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
