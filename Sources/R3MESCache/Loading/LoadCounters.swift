// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Counts what the loaders of a cache did.
final class LoadCounters: Sendable {
    let succeeded = Atomic(0)
    let failed = Atomic(0)
    let nanoseconds = Atomic<Int64>(0)

    /// Runs a load and counts it.
    func count<Result>(
        _ ticker: Ticker,
        _ load: () async throws -> Result
    ) async throws -> Result {
        let start = ticker.now
        do {
            let result = try await load()
            nanoseconds.wrappingAdd(ticker.now - start, ordering: .relaxed)
            succeeded.wrappingAdd(1, ordering: .relaxed)
            return result
        } catch {
            nanoseconds.wrappingAdd(ticker.now - start, ordering: .relaxed)
            failed.wrappingAdd(1, ordering: .relaxed)
            throw error
        }
    }
}
