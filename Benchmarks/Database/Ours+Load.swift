// SPDX-License-Identifier: Apache-2.0

import Harness

extension Ours {
    /// Callers that each do one thing after the other, with a random key: how many per second, and their latencies in µs.
    func load(
        callers: Int,
        for time: Duration,
        _ operation: @escaping @Sendable (_ key: Int) async throws -> Void
    ) async throws -> Measurement {
        let clock = ContinuousClock()
        let start = clock.now
        let end = start + time
        let latencies = try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<callers {
                group.addTask {
                    var latencies: [Double] = []
                    while true {
                        let begun = clock.now
                        guard begun < end else { return latencies }
                        try await operation(Int.random(in: 0..<Ours.rowCount))
                        latencies.append((clock.now - begun).nanoseconds / 1000)
                    }
                }
            }
            return try await group.reduce(into: [Double]()) { $0 += $1 }
        }
        let elapsed = (clock.now - start).seconds
        let quantiles = Quantiles(latencies)
        return Measurement(
            value: Double(latencies.count) / elapsed,
            notes: ["p50": quantiles.at(0.5), "p99": quantiles.at(0.99)]
        )
    }
}
