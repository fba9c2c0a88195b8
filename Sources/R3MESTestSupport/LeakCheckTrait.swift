// SPDX-License-Identifier: Apache-2.0

import R3MESMemory
public import Testing

/// Fails a test when an object that it registered with `LeakTracker` is alive after it.
public struct LeakCheckTrait: TestTrait, SuiteTrait, TestScoping {
    /// How long objects have to disappear after the test.
    public let grace: Duration

    /// Whether the trait of a suite counts for each of its tests.
    public var isRecursive: Bool { true }

    /// Runs each case of the test with a tracker of its own.
    @concurrent
    public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        // A suite itself registers nothing; its tests are checked one by one.
        guard testCase != nil else { return try await function() }
        try await withLeakCheck(grace: grace) { try await function() }
    }
}

extension Trait where Self == LeakCheckTrait {
    /// Fails the test when an object registered with `LeakTracker` is alive a second after it.
    public static var failsOnLeak: Self { Self(grace: .seconds(1)) }

    /// Fails the test when an object registered with `LeakTracker` is alive so long after it.
    public static func failsOnLeak(after grace: Duration) -> Self { Self(grace: grace) }
}
