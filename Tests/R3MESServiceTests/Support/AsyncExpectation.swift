// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport
import Testing

@testable import R3MESService

/// Expects an error with a code, and gives it back for a closer look.
@discardableResult
func expect<Value>(
    _ code: ServiceError.Code,
    sourceLocation: SourceLocation = #_sourceLocation,
    performing body: () async throws -> Value
) async -> ServiceError? {
    let error = await #expect(throws: ServiceError.self, sourceLocation: sourceLocation) { _ = try await body() }
    #expect(error?.code == code, sourceLocation: sourceLocation)
    return error
}

/// As the one without `async`: tries a property on many random inputs and reports the first that falsifies it.
func forAll(
    cases: Int,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ property: (inout SeededGenerator) async throws -> Void
) async {
    let chosen = ProcessInfo.processInfo.environment["R3MES_TEST_SEED"].flatMap { UInt64($0) }
    let first = chosen ?? UInt64.random(in: .min ... .max)
    for index in 0..<cases {
        var generator = SeededGenerator(seed: first &+ UInt64(index))
        do {
            try await property(&generator)
        } catch {
            let reason = (error as? Falsified)?.reason ?? "threw \(error)"
            Issue.record("\(reason); R3MES_TEST_SEED=\(generator.seed)", sourceLocation: sourceLocation)
            return
        }
    }
}
