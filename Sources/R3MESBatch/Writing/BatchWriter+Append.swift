// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension BatchWriter {
    /// Returns when the item is accepted: it will be written, and with a journal it is safe by now.
    ///
    /// Waits while the writer is full.
    ///
    /// - Throws: ``BatchError`` with the code `closed`, `itemTooLarge`, or `journalUnavailable` when the journal has failed
    ///   (the item may then be written or not); `CancellationError` at once when cancelled while the writer is full, in which
    ///   case the item is not accepted; what encoding the item throws.
    public func append(_ item: Item) async throws {
        let sequence = try await submit(item, waitsUntilWritten: false)
        if let sequence {
            try await coding?.journal.waitUntilSafe(sequence)
        }
    }

    /// Returns when the item is written.
    ///
    /// - Throws: What writing the item threw when it stood alone; ``BatchError`` as ``append(_:)``, and with the code
    ///   `notWritten` when the writer had to stop before; `CancellationError` at once when cancelled. A cancelled caller's
    ///   item that was accepted is written all the same.
    public func write(_ item: Item) async throws {
        _ = try await submit(item, waitsUntilWritten: true)
    }

    /// Returns when all items that were accepted before are written or given up.
    ///
    /// They are written without waiting for more.
    ///
    /// - Throws: ``BatchError`` with the code `notWritten` when the writer had to stop before; `CancellationError` at once
    ///   when cancelled.
    public func flush() async throws {
        let id = makeID()
        _ = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: Waiter) in
                let outcome = state.withLock { state in
                    state.machine.flush(id, waiter: continuation, isCancelled: Task.isCancelled)
                }
                switch outcome {
                case .waiting: wake()
                case .cancelled: continuation.resume(throwing: CancellationError())
                case .done: continuation.resume(returning: nil)
                }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func makeID() -> Int {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    private func submit(_ item: Item, waitsUntilWritten: Bool) async throws -> UInt64? {
        let record = try coding?.encode(item)
        guard record?.count ?? 0 <= JournalFormat.maximumPayload else { throw Self.tooLargeError }
        let bytes = max(0, byteCount(item))
        let id = makeID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let candidate = Machine.Candidate(
                    id: id,
                    item: item,
                    bytes: bytes,
                    record: record,
                    waiter: continuation,
                    waitsUntilWritten: waitsUntilWritten
                )
                submit(candidate)
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func submit(_ candidate: Machine.Candidate) {
        let now = now()
        // The cancellation handler needs the lock too: either it ran before, and the task is cancelled here, or it will
        // find the waiter.
        let (outcome, sequence, wakes) = state.withLock { state in
            let outcome = state.machine.append(candidate, isCancelled: Task.isCancelled, now: now)
            guard case .accepted(let acceptance) = outcome else { return (outcome, UInt64?.none, state.machine.isDue) }
            let sequence = enter(acceptance, into: &state)
            return (outcome, sequence, state.machine.hasBegunToGather || state.machine.isDue)
        }
        switch outcome {
        case .accepted(let acceptance): acceptance.waiter?.resume(returning: sequence)
        case .waiting: break
        case .cancelled: candidate.waiter.resume(throwing: CancellationError())
        case .tooLarge: candidate.waiter.resume(throwing: Self.tooLargeError)
        case .closed: candidate.waiter.resume(throwing: Self.closedError)
        }
        if wakes {
            wake()
        }
    }

    /// Enters an accepted item into the journal, within the lock: so the journal has the items in the order of their writing,
    /// and "all up to this one are written" says everything.
    func enter(_ acceptance: Machine.Acceptance, into state: inout State) -> UInt64? {
        guard let record = acceptance.record, let journal = coding?.journal else { return nil }
        let sequence = journal.enqueue(record)
        state.sequences.append(sequence)
        return sequence
    }

    private func cancel(_ id: Int) {
        state.withLock { $0.machine.cancel(id) }?.resume(throwing: CancellationError())
    }

    private static var tooLargeError: BatchError {
        BatchError(.itemTooLarge, "the item alone is over the bound of the writer")
    }
}
