// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// How often each operation of a program ran, how long it took and how often it failed.
///
/// Made for a table that people read: what costs most comes first. It needs no metrics backend.
///
/// ```swift
/// let page = try await profiler.measure("users.page") { try await loadPage() }
/// ```
public final class OperationProfiler: Sendable {
    /// What is known of one operation; all times count from the start of the profiler.
    public struct Statistics: Sendable {
        /// The name.
        public let name: String
        /// How often it ended, well or not.
        public let count: UInt64
        /// How often it failed.
        public let errors: UInt64
        /// The time of all together.
        public let total: Duration
        /// Half took no longer.
        public let p50: Duration
        /// Nine of ten took no longer.
        public let p90: Duration
        /// 99 of 100 took no longer.
        public let p99: Duration
        /// 999 of 1,000 took no longer.
        public let p999: Duration
        /// The longest, right to 1 %.
        public let maximum: Duration
    }

    /// One operation, for those who run it so often that they keep its handle.
    public final class Operation: Sendable {
        /// Its name.
        public let name: String
        private let times: Distribution
        private let errors = StripedCounter(stripes: OperationProfiler.stripes)

        init(_ name: String) {
            self.name = name
            times = Distribution(layout: OperationProfiler.layout, stripes: OperationProfiler.stripes)
        }

        /// Notes that the operation ended.
        ///
        /// Costs some tens of nanoseconds.
        public func record(_ duration: Duration, failed: Bool = false) {
            times.record(duration.wholeNanoseconds)
            if failed { errors.add(Int64(1)) }
        }

        /// What is known so far.
        public var statistics: Statistics {
            let snapshot = times.snapshot
            func quantile(_ share: Double) -> Duration { .seconds(snapshot.quantile(share)) }
            return Statistics(
                name: name,
                count: snapshot.count,
                errors: UInt64(clamping: errors.value.whole),
                total: .seconds(snapshot.sum),
                p50: quantile(0.5),
                p90: quantile(0.9),
                p99: quantile(0.99),
                p999: quantile(0.999),
                maximum: .seconds(snapshot.maximum)
            )
        }
    }

    private static let layout = BucketLayout(edges: [], ticksPerUnit: BucketLayout.ticksPerSecond)
    private static let stripes = min(ThreadIndex.processors * 2, 16)

    /// The name of the operation that stands for all beyond the limit.
    public static let overflowName = "(other)"

    private let maximumOperations: Int
    private let clock: any Clock<Duration>
    private let operations = Mutex<[String: Operation]>([:])
    private let overflow = Operation(overflowName)

    /// - Parameters:
    ///   - maximumOperations: How many names are kept apart; further ones count as ``overflowName``.
    ///   - clock: Measures the time that operations take.
    public init(maximumOperations: Int = 200, clock: any Clock<Duration> = ContinuousClock()) {
        self.maximumOperations = max(maximumOperations, 0)
        self.clock = clock
    }

    /// The operation of a name, which should be one of few: never a path or a key.
    public func operation(_ name: String) -> Operation {
        operations.withLock { operations in
            if let known = operations[name] { return known }
            guard operations.count < maximumOperations else { return overflow }
            let new = Operation(name)
            operations[name] = new
            return new
        }
    }

    /// Runs the body, and records how long it took and whether it threw.
    public func measure<Result: Sendable>(
        _ name: String,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await measure(operation(name), on: clock, body)
    }

    private func measure<Result: Sendable>(
        _ operation: Operation,
        on clock: some Clock<Duration>,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        let start = clock.now
        do {
            let result = try await body()
            operation.record(start.duration(to: clock.now))
            return result
        } catch {
            operation.record(start.duration(to: clock.now), failed: true)
            throw error
        }
    }

    /// All operations that ended at least once, the one with the most time in all first.
    public var statistics: [Statistics] {
        let known = operations.withLock { Array($0.values) } + [overflow]
        return known.map(\.statistics).filter { $0.count > 0 }.sorted {
            ($1.total, $0.name) < ($0.total, $1.name)
        }
    }
}
