// SPDX-License-Identifier: Apache-2.0

import DequeModule
public import Logging
import Synchronization

/// Gathers single items into batches and writes them, by count, by bytes and by age.
///
/// One batch is in flight at a time; what arrives meanwhile makes the next one. What is held is bounded: when it is full,
/// callers wait. A batch that fails is halved until the items that make it fail stand alone. Once an item is accepted, it is
/// written, or its failure is told to whoever waits for it or to `onFailure`: at graceful shutdown too, and with a journal
/// also after a crash.
///
/// ```swift
/// let writer = try BatchWriter<Event>(logger: logger) { events in
///     try await database.insert(events)
/// }
/// // writer.run() in a ServiceGroup
/// try await writer.append(event)   // accepted
/// try await writer.write(event)    // written
/// ```
///
/// After a crash in the middle of a batch, or when a call fails after it has taken effect, items are written once more:
/// `write` should bear that (an upsert, or a key that was seen before).
public final class BatchWriter<Item: Sendable>: Sendable {
    /// What a continuation gets: the sequence in the journal when the item was accepted.
    typealias Waiter = CheckedContinuation<UInt64?, any Error>
    typealias Machine = WriterState<Item, Waiter>

    struct State {
        var machine: Machine
        /// The journal's sequences of the items held, oldest first.
        var sequences: Deque<UInt64> = []
        var lastID = 0
        var parked: CheckedContinuation<Void, Never>?
        /// Something happened while the writer was not parked.
        var isSignalled = false
        var hasRun = false
    }

    let configuration: Configuration
    let clock: any Clock<Duration>
    let now: @Sendable () -> Duration
    let logger: Logger
    let metrics: WriterMetrics
    let coding: JournalCoding<Item>?
    let byteCount: @Sendable (Item) -> Int
    let onFailure: (@Sendable ([Item], any Error) async -> Void)?
    let writeItems: @Sendable ([Item]) async throws -> Void
    let state: Mutex<State>

    /// Makes a writer; it writes when it is run.
    ///
    /// - Parameters:
    ///   - configuration: Bounds, times and tries.
    ///   - coding: The journal, when what is accepted must outlive the process. Items that it recovered are written first.
    ///   - clock: Times ages and pauses.
    ///   - logger: Hears of failures.
    ///   - byteCount: The bytes that an item counts. The default counts none.
    ///   - onFailure: Gets items that could not be written and that no caller waits for, with the reason. They are done with
    ///     when it returns. The default logs how many there were.
    ///   - write: Writes a batch: all of it, or none when it throws.
    /// - Throws: ``BatchError`` with the code `invalidConfiguration`, or `journalDamaged` when a recovered record cannot
    ///   be decoded.
    public init<C: Clock<Duration>>(
        configuration: Configuration = Configuration(),
        coding: JournalCoding<Item>? = nil,
        clock: C = ContinuousClock(),
        logger: Logger,
        byteCount: @escaping @Sendable (Item) -> Int = { _ in 0 },
        onFailure: (@Sendable ([Item], any Error) async -> Void)? = nil,
        write: @escaping @Sendable ([Item]) async throws -> Void
    ) throws(BatchError) {
        try configuration.validate()
        self.configuration = configuration
        self.coding = coding
        self.clock = clock
        let start = clock.now
        now = { start.duration(to: clock.now) }
        self.logger = logger
        self.byteCount = byteCount
        self.onFailure = onFailure
        writeItems = write
        metrics = WriterMetrics(name: configuration.name)
        var limits = Machine.Limits()
        limits.maximumBatchCount = configuration.maximumBatchCount
        limits.maximumBatchBytes = configuration.maximumBatchBytes
        limits.maximumAge = configuration.maximumAge
        limits.maximumHeldCount = configuration.maximumHeldCount
        limits.maximumHeldBytes = configuration.maximumHeldBytes
        var state = State(machine: Machine(limits: limits))
        for record in coding?.journal.recovered ?? [] {
            guard let item = try? coding?.decode(record.payload) else {
                throw BatchError(.journalDamaged, "record \(record.sequence) of the journal cannot be decoded")
            }
            state.lastID += 1
            state.machine.restore(item, id: state.lastID, bytes: byteCount(item), now: .zero)
            state.sequences.append(record.sequence)
        }
        self.state = Mutex(state)
    }

    /// How many items are held: accepted, and not yet written or given up.
    public var heldCount: Int { state.withLock { $0.machine.heldCount } }

    /// Takes no more items; ``run()`` returns when all that is held is written.
    public func close() {
        let refused = state.withLock { $0.machine.close() }
        for waiter in refused {
            waiter.resume(throwing: Self.closedError)
        }
        wake()
    }

    static var closedError: BatchError {
        BatchError(.closed, "the writer takes no more items")
    }
}
