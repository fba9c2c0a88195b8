// SPDX-License-Identifier: Apache-2.0

/// Runs the operation and throws when an object that it registered with ``LeakTracker`` is alive afterwards.
///
/// - Parameters:
///   - grace: How long to wait for objects that other tasks are about to let go. The default is 1 s; a scope without a
///     leak does not wait.
///   - clock: Times the grace and the ages.
///   - operation: The scope in which objects are registered. What it throws passes through, without a check.
/// - Throws: ``MemoryError`` with the code `leaked` and a report by kind and place; `CancellationError` when cancelled
///   during the grace; what the operation throws.
public func withLeakCheck(
    grace: Duration = .seconds(1),
    clock: some Clock<Duration> = ContinuousClock(),
    operation: () async throws -> Void
) async throws {
    let tracker = LeakTracker(clock: clock)
    try await LeakTracker.$current.withValue(tracker) {
        try await operation()
    }
    try await tracker.expectNoneAlive(within: grace, clock: clock)
}

extension LeakTracker {
    /// Returns as soon as no registered object is alive; throws when some are at the end of the grace.
    func expectNoneAlive(within grace: Duration, clock: some Clock<Duration>) async throws {
        let end = clock.now.advanced(by: grace)
        // Most late objects are held by tasks that only need a turn to finish.
        for _ in 0..<16 where !report().isEmpty {
            await Task.yield()
        }
        var pause = Duration.milliseconds(1)
        while true {
            let report = report()
            if report.isEmpty { return }
            guard clock.now < end else {
                throw MemoryError(.leaked, "\(report.count) objects are alive after their scope:\n\(report)")
            }
            try await clock.sleep(until: min(end, clock.now.advanced(by: pause)), tolerance: nil)
            pause *= 2
        }
    }
}
