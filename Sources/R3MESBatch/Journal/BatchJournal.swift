// SPDX-License-Identifier: Apache-2.0

import DequeModule
import Dispatch
import Synchronization
public import SystemPackage

/// A file that keeps accepted items until they are written, so that a crash loses none.
///
/// Records carry a checksum. Opening a journal tolerates a record cut off at its end, finds the sound records behind a
/// damaged place and tells of it (``damagedBytes``), and leaves a file alone that never was a journal. A process and a file
/// at a time: the file is locked.
///
/// Many waiting items share one write and one `fsync`: while the disk works, the next group gathers. The disk's work is done
/// on a queue of the journal's own, never on a thread that runs tasks. After a write or an `fsync` that failed, the journal
/// takes nothing more: what is on the disk is then unknown, and trying again would not tell.
public final class BatchJournal: Sendable {
    /// When a record counts as safe.
    public enum Durability: Hashable, Sendable {
        /// After `fsync`: it outlives the loss of power.
        case disk
        /// After `write`: it outlives the process, not the machine.
        case operatingSystem
    }

    /// How a ``BatchJournal`` keeps its file.
    public struct Configuration: Sendable {
        /// When a record counts as safe.
        ///
        /// The default is on the disk.
        public var durability = Durability.disk
        /// The file is rewritten when so many of its bytes are of items that are written.
        ///
        /// Together with the bound of the writer this bounds the file. The default is 16 MiB.
        public var compactionThreshold = 16 << 20

        /// Makes a configuration of the defaults.
        public init() {}
    }

    private struct State {
        /// Records to be written.
        var pending: [UInt8] = []
        /// The sequence of the last record.
        var last: UInt64
        /// Where in the file each item that is not committed begins.
        var live: Deque<(sequence: UInt64, offset: Int)>
        /// The size that the file will have when all pending records are written.
        var end: Int
        /// All records up to this sequence are safe.
        var safe: UInt64
        var waiters: [(sequence: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
        var isWriting = false
        var failure: BatchError?
    }

    /// How many bytes within the file were found damaged when it was opened, sound records following them.
    ///
    /// A copy of the file is then kept under its name with `.damaged` added.
    public let damagedBytes: Int
    let recovered: [(sequence: UInt64, payload: [UInt8])]

    private let configuration: Configuration
    private let format: JournalFormat
    /// Nil when the journal is closed.
    private let file: Mutex<JournalFile?>
    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "r3mes.batch-journal")

    /// Opens the journal at the path, or makes a new one.
    ///
    /// Blocks while it reads.
    ///
    /// - Throws: ``BatchError`` with the code `journalUnavailable` when the file cannot be opened or another has it open,
    ///   `journalDamaged` when it does not begin as a journal does.
    public init(path: FilePath, configuration: Configuration = Configuration()) throws(BatchError) {
        let file: JournalFile
        let contents: JournalContents
        do {
            (file, contents) = try JournalFile.open(path)
        } catch let error as BatchError {
            throw error
        } catch {
            throw BatchError(.journalUnavailable, "the journal cannot be opened", underlying: error)
        }
        self.configuration = configuration
        format = file.format
        damagedBytes = contents.damage.reduce(0) { $0 + $1.count }
        recovered = contents.items.map { ($0.sequence, Array($0.payload)) }
        state = Mutex(
            State(
                last: contents.last ?? 0,
                live: Deque(contents.items.map { ($0.sequence, $0.offset) }),
                end: file.size,
                safe: contents.last ?? 0
            )
        )
        self.file = Mutex(file)
    }

    deinit {
        file.withLock { $0?.close() }
    }

    /// Writes what is queued and closes the file, which another may then open.
    ///
    /// The journal takes nothing more.
    public func close() async {
        try? await synchronize()
        await withCheckedContinuation { continuation in
            // On the queue, behind a write that may be under way.
            queue.async {
                self.fail(BatchError(.journalUnavailable, "the journal is closed"))
                self.file.withLock { $0.take() }?.close()
                continuation.resume()
            }
        }
    }

    /// Queues an item; returns the sequence by which it is known.
    func enqueue(_ payload: [UInt8]) -> UInt64 {
        enqueue(.item, payload) { state, sequence in
            state.live.append((sequence, state.end))
        }
    }

    /// Queues the note that all items up to the sequence are written.
    func commit(through sequence: UInt64) {
        _ = enqueue(.commit, JournalFormat.payload(committing: sequence)) { state, _ in
            while let first = state.live.first, first.sequence <= sequence {
                state.live.removeFirst()
            }
        }
    }

    /// Returns when the item is safe.
    ///
    /// Not cancellable: the item is accepted already, and the wait is short.
    ///
    /// - Throws: ``BatchError`` with the code `journalUnavailable` when the journal has failed.
    func waitUntilSafe(_ sequence: UInt64) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let result: Result<Void, any Error>? = state.withLock { state in
                if state.safe >= sequence { return .success(()) }
                if let failure = state.failure { return .failure(failure) }
                state.waiters.append((sequence, continuation))
                return nil
            }
            result.map { continuation.resume(with: $0) }
        }
    }

    /// Returns when everything that was queued is safe.
    func synchronize() async throws {
        try await waitUntilSafe(state.withLock { $0.last })
    }

    /// The size of the file, records that are still to be written included.
    var size: Int { state.withLock { $0.end } }

    private func enqueue(
        _ kind: JournalFormat.Kind,
        _ payload: [UInt8],
        note: (inout State, UInt64) -> Void
    ) -> UInt64 {
        let (sequence, starts) = state.withLock { state in
            state.last += 1
            // A failed journal gives out sequences too; whoever waits for one hears of the failure.
            guard state.failure == nil else { return (state.last, false) }
            note(&state, state.last)
            let before = state.pending.count
            format.append(kind, sequence: state.last, payload: payload, to: &state.pending)
            state.end += state.pending.count - before
            defer { state.isWriting = true }
            return (state.last, !state.isWriting)
        }
        if starts {
            queue.async { self.writePending() }
        }
        return sequence
    }

    private func writePending() {
        while true {
            let group = state.withLock { state -> (bytes: [UInt8], last: UInt64)? in
                guard !state.pending.isEmpty, state.failure == nil else {
                    state.isWriting = false
                    return nil
                }
                defer { state.pending = [] }
                return (state.pending, state.last)
            }
            guard let group else { return }
            do {
                try file.withLock { file in
                    try file?.append(group.bytes)
                    if configuration.durability == .disk {
                        try file?.synchronize()
                    }
                }
                try compactIfWorthwhile()
                finish(through: group.last)
            } catch {
                fail(BatchError(.journalUnavailable, "the journal cannot be written", underlying: error))
            }
        }
    }

    private func finish(through sequence: UInt64) {
        let due = state.withLock { state in
            state.safe = max(state.safe, sequence)
            let safe = state.safe
            defer { state.waiters.removeAll { $0.sequence <= safe } }
            return state.waiters.filter { $0.sequence <= safe }
        }
        due.forEach { $0.continuation.resume() }
    }

    private func fail(_ error: BatchError) {
        let waiters = state.withLock { state in
            state.failure = error
            state.pending = []
            defer { state.waiters = [] }
            return state.waiters
        }
        waiters.forEach { $0.continuation.resume(throwing: error) }
    }

    /// Drops the written items at the front of the file once they take up more than the threshold, and more than the rest.
    private func compactIfWorthwhile() throws {
        guard let size = file.withLock({ $0?.size }) else { return }
        let plan = state.withLock { state -> (keep: Int?, shift: Int)? in
            let start = min(state.live.first?.offset ?? size, size)
            let written = start - JournalFormat.headerSize
            guard written >= configuration.compactionThreshold, written >= size - start else { return nil }
            return (start < size ? start : nil, written)
        }
        guard let plan else { return }
        try file.withLock { try $0?.replace(keeping: plan.keep) }
        state.withLock { state in
            state.end -= plan.shift
            for index in state.live.indices {
                state.live[index].offset -= plan.shift
            }
        }
    }
}
