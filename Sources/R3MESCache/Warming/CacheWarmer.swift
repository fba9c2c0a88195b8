// SPDX-License-Identifier: Apache-2.0

public import Logging
import R3MESConcurrency

/// Fills a cache before an instance says that it is ready, hottest keys first.
///
/// ```swift
/// let warmer = CacheWarmer(keys: { try await users.savedHottestKeys() })
/// let report = await warmer.warm { keys in
///     _ = try await users.values(forKeys: keys) { try await database.users($0) }
/// }
/// ```
///
/// Loads batches, some at a time, until all keys are loaded or its time is over: readiness never waits for longer.
/// What fails is left out, for a cold cache is slow and not wrong.
public struct CacheWarmer: Sendable {
    /// How many keys are loaded together.
    ///
    /// The default is 100.
    public var batchSize = 100
    /// How many batches are loaded at the same time.
    ///
    /// The default is 4.
    public var concurrency = 4
    /// How long it may take in all; what has not been loaded by then is not loaded.
    ///
    /// The default is 5 seconds.
    public var timeLimit = Duration.seconds(5)
    /// How many keys it loads at most.
    ///
    /// The default is 100,000.
    public var maximumKeys = 100_000

    private let keys: @Sendable () async throws -> [String]

    /// Makes a warmer for a list of keys, or what a query finds, hottest first.
    public init(keys: @escaping @Sendable () async throws -> [String]) {
        self.keys = keys
    }

    /// What came of it.
    public struct Report: Hashable, Sendable {
        /// How many keys there were.
        public internal(set) var keys = 0
        /// How many of them were loaded.
        public internal(set) var loaded = 0
        /// How many were in batches that failed.
        public internal(set) var failed = 0
        /// Whether time was over before all keys had been tried.
        public internal(set) var isCutShort = false
        /// How long it took.
        public internal(set) var duration = Duration.zero
    }

    /// Loads the keys.
    ///
    /// - Parameters:
    ///   - logger: Is told of what failed.
    ///   - load: Loads the keys of a batch into the cache. It is cancelled when time is over.
    public func warm(
        logger: Logger = Logger(label: "r3mes.cache"),
        _ load: @escaping @Sendable ([String]) async throws -> Void
    ) async -> Report {
        let clock = ContinuousClock()
        let start = clock.now
        let progress = WarmingProgress()
        do {
            try await withTimeout(timeLimit) { [self] in
                let wanted = Array(try await keys().prefix(max(0, maximumKeys)))
                progress.begin(wanted.count)
                try await wanted.chunks(of: batchSize).concurrentForEach(maxConcurrency: max(1, concurrency)) { batch in
                    do {
                        try await load(Array(batch))
                        progress.succeed(batch.count)
                    } catch {
                        // A batch that time cut off is none that failed.
                        try Task.checkCancellation()
                        progress.fail(batch.count)
                        logger.warning("could not warm a batch of keys", metadata: ["error": "\(error)"])
                    }
                }
            }
        } catch {
            progress.cut()
            logger.notice("warming ended before its end", metadata: ["error": "\(error)"])
        }
        var report = progress.report
        report.duration = start.duration(to: clock.now)
        return report
    }
}
