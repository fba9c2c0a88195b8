// SPDX-License-Identifier: Apache-2.0

import Metrics
import Synchronization
public import Tracing

/// Gathers single loads of many callers into few calls.
///
/// A load that finds nothing in flight is sent at once, together with all that is asked for in the same turn of the executor;
/// while a call is in flight the next batch gathers. There is no window to wait for unless one is asked for. Each key is
/// loaded once a batch, whoever asks for it; each caller gets the result or the error of its own key.
///
/// ```swift
/// let users = try DataLoader<UserID, User> { batch in
///     try await database.users(ids: batch.keys)
/// }
/// let user = try await users.load(id)
/// ```
///
/// A cancelled caller leaves at once; the call is cancelled when its last caller has left. Calls run in tasks of their own,
/// without the task-local values of any caller: a deadline of one must not bind the others. What a call should know of its
/// callers can be captured (`captureContext`) and is found in ``LoadBatch/contexts``. Traces tell who was batched: the span
/// of a batch is a child of its one caller's, or links to those of its several callers.
public final class DataLoader<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    typealias Machine = LoaderState<Key, LoadWaiter<Key, Value>>

    struct State {
        var machine: Machine
        var tasks: [Int: Task<Void, Never>] = [:]
        var lastCaller = 0
    }

    let configuration: Configuration
    let clock: any Clock<Duration>
    let captureContext: (@Sendable () -> any Sendable)?
    let tracer: (any Tracer)?
    let fetch: @Sendable (LoadBatch<Key>) async throws -> [Key: Result<Value, any Error>]
    let metrics: LoaderMetrics
    let state: Mutex<State>

    /// Makes a loader whose calls tell a result or an error for each key.
    ///
    /// - Parameters:
    ///   - configuration: How to gather.
    ///   - clock: Times windows.
    ///   - cache: Asked once for each batch, before the call.
    ///   - captureContext: Runs in the task of each caller; its results are in ``LoadBatch/contexts``.
    ///   - tracer: Starts the span of each batch; without one, the tracer of the process does.
    ///   - results: Makes the call. What it throws, each key of the batch gets, or is narrowed down to the keys that cause
    ///     it (``Configuration/maximumIsolationCalls``).
    /// - Throws: ``BatchError`` with the code `invalidConfiguration`.
    public init(
        configuration: Configuration = Configuration(),
        clock: any Clock<Duration> = ContinuousClock(),
        cache: (any DataLoaderCache<Key, Value>)? = nil,
        captureContext: (@Sendable () -> any Sendable)? = nil,
        tracer: (any Tracer)? = nil,
        results: @escaping @Sendable (LoadBatch<Key>) async throws -> [Key: Result<Value, any Error>]
    ) throws(BatchError) {
        try configuration.validate()
        self.configuration = configuration
        self.clock = clock
        self.captureContext = captureContext
        self.tracer = tracer
        if let cache {
            fetch = { batch in
                try await cache.values(for: batch.keys, in: batch.partition) { missing in
                    try await results(batch.narrowed(to: missing))
                }
            }
        } else {
            fetch = results
        }
        metrics = LoaderMetrics(name: configuration.name)
        var rules = Machine.Lane.Rules()
        if case .window = configuration.dispatch {
            rules.usesWindow = true
        }
        rules.maximumBatchSize = configuration.maximumBatchSize
        rules.maximumConcurrentBatches = configuration.maximumConcurrentBatches
        rules.joinsInFlight = configuration.joinsInFlight
        state = Mutex(State(machine: Machine(rules: rules)))
    }

    /// Makes a loader whose calls tell a value for each key that there is.
    ///
    /// - Throws: ``BatchError`` with the code `invalidConfiguration`.
    public convenience init(
        configuration: Configuration = Configuration(),
        clock: any Clock<Duration> = ContinuousClock(),
        cache: (any DataLoaderCache<Key, Value>)? = nil,
        captureContext: (@Sendable () -> any Sendable)? = nil,
        tracer: (any Tracer)? = nil,
        values: @escaping @Sendable (LoadBatch<Key>) async throws -> [Key: Value]
    ) throws(BatchError) {
        try self.init(
            configuration: configuration,
            clock: clock,
            cache: cache,
            captureContext: captureContext,
            tracer: tracer,
            results: { batch in try await values(batch).mapValues { .success($0) } }
        )
    }

    /// From now on no load waits for a call that began before: what it reads may be older than a write just made.
    public func clear(_ key: Key, in partition: BatchPartition = .shared) {
        state.withLock { $0.machine.clear(key, in: partition) }
    }

    /// From now on no load of the partition, or of any if none is given, waits for a call that began before.
    public func clearAll(in partition: BatchPartition? = nil) {
        state.withLock { $0.machine.clearAll(in: partition) }
    }
}
