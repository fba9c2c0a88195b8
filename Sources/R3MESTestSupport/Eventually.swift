// SPDX-License-Identifier: Apache-2.0

package import Testing

/// Tries something again until it succeeds or a minute is over, for other tests may keep all threads busy meanwhile.
package func eventually(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now.advanced(by: .seconds(60))
    while ContinuousClock.now < end {
        if (try? await condition()) ?? false { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("did not happen in a minute", sourceLocation: sourceLocation)
}
