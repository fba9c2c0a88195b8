// SPDX-License-Identifier: Apache-2.0

/// The nanoseconds that one operation takes.
///
/// The batch runs with growing counts until one run fills the time; that run alone counts, the shorter ones before it warm
/// up. Every peer does the same.
///
/// - Parameters:
///   - time: About how long the run that counts takes.
///   - least: The smallest count that the batch can do.
///   - batch: Does so many operations.
@concurrent
package func nanosecondsPerOperation(
    for time: Duration,
    atLeast least: Int = 1,
    _ batch: @Sendable @concurrent (_ count: Int) async throws -> Void
) async throws -> Double {
    let clock = ContinuousClock()
    var count = least
    while true {
        let elapsed = try await clock.measure { try await batch(count) }
        if elapsed >= time / 2 {
            return elapsed.nanoseconds / Double(count)
        }
        count = elapsed < time / 100 ? count * 10 : max(count + 1, Int(Double(count) * (time / elapsed)))
    }
}

/// As ``nanosecondsPerOperation(for:atLeast:_:)``, with the operations spread evenly over tasks.
@concurrent
package func nanosecondsPerOperation(
    for time: Duration,
    tasks: Int,
    _ operation: @escaping @Sendable @concurrent (_ count: Int) async throws -> Void
) async throws -> Double {
    try await nanosecondsPerOperation(for: time, atLeast: tasks) { count in
        try await withThrowingTaskGroup { group in
            for index in 0..<tasks {
                group.addTask { try await operation((count + index) / tasks) }
            }
            try await group.waitForAll()
        }
    }
}
