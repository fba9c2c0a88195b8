// SPDX-License-Identifier: Apache-2.0

import DequeModule

/// The state of a ``BatchWriter`` as a pure value: an event in, actions out.
///
/// Times are counted by the owner from any moment.
///
/// Items are accepted in the order of the calls and written in that order, one batch at a time, so that those whose fate is
/// known are always the first ones. An item is held from its acceptance until then, and counts against the bounds.
struct WriterState<Item: Sendable, Waiter: Sendable> {
    struct Limits {
        var maximumBatchCount = 500
        var maximumBatchBytes = 1 << 20
        var maximumAge: Duration = .milliseconds(5)
        var maximumHeldCount = 10_000
        var maximumHeldBytes = 64 << 20
    }

    /// An item that someone wants to append.
    struct Candidate: Sendable {
        let id: Int
        let item: Item
        let bytes: Int
        /// The item as it will stand in the journal.
        let record: [UInt8]?
        let waiter: Waiter
        /// Whether the waiter wants to hear of the item's fate, or only of its acceptance.
        let waitsUntilWritten: Bool
    }

    /// An item that was accepted.
    struct Entry: Sendable {
        let id: Int
        let item: Item
        let bytes: Int
        let acceptedAt: Duration
    }

    struct Acceptance {
        let record: [UInt8]?
        /// Whoever waited for the acceptance.
        let waiter: Waiter?
    }

    enum AppendOutcome {
        case accepted(Acceptance)
        case waiting
        case cancelled
        case tooLarge
        case closed
    }

    enum FlushOutcome {
        case waiting
        case cancelled
        /// There is nothing to wait for.
        case done
    }

    enum Step {
        case write([Entry])
        /// Nothing is due; when there is a duration, something is after it.
        case wait(Duration?)
        /// Closed, and nothing is left.
        case finish
    }

    struct Resolution {
        var accepted: [Acceptance] = []
        var flushed: [Waiter] = []
    }

    private struct Flush {
        let id: Int
        /// The number of items that must be resolved first.
        let resolved: Int
        let waiter: Waiter
    }

    let limits: Limits
    private(set) var isClosed = false
    /// Accepted, in order: first those in flight, then those that gather.
    private var inFlight: Deque<Entry> = []
    private var buffer: Deque<Entry> = []
    private var bufferedBytes = 0
    private var heldBytes = 0
    /// Waiting for room, in order; one that is missing among the candidates was cancelled.
    private var queue: Deque<Int> = []
    private var candidates: [Int: Candidate] = [:]
    /// Whoever waits for the fate of an accepted item.
    private var waiters: [Int: Waiter] = [:]
    private var flushes: [Flush] = []
    private var acceptedCount = 0
    private var resolvedCount = 0

    init(limits: Limits) {
        self.limits = limits
    }

    /// How many items are held.
    var heldCount: Int { inFlight.count + buffer.count }
    /// How many callers wait for room.
    var candidateCount: Int { candidates.count }

    /// Someone appends an item.
    ///
    /// When there is no room, and none waits in front, the waiter is kept.
    mutating func append(_ candidate: Candidate, isCancelled: Bool, now: Duration) -> AppendOutcome {
        guard !isCancelled else { return .cancelled }
        guard !isClosed else { return .closed }
        guard candidate.bytes <= limits.maximumHeldBytes else { return .tooLarge }
        guard candidates.isEmpty, hasRoom(for: candidate) else {
            candidates[candidate.id] = candidate
            queue.append(candidate.id)
            return .waiting
        }
        return .accepted(accept(candidate, now: now))
    }

    /// Holds an item from an earlier life, whatever the bounds say.
    mutating func restore(_ item: Item, id: Int, bytes: Int, now: Duration) {
        hold(Entry(id: id, item: item, bytes: bytes, acceptedAt: now))
    }

    /// A caller is cancelled.
    ///
    /// What was accepted is written all the same.
    mutating func cancel(_ id: Int) -> Waiter? {
        if let candidate = candidates.removeValue(forKey: id) {
            if queue.count > 2 * candidates.count + 16 {
                queue.removeAll { candidates[$0] == nil }
            }
            return candidate.waiter
        }
        if let index = flushes.firstIndex(where: { $0.id == id }) {
            return flushes.remove(at: index).waiter
        }
        return waiters.removeValue(forKey: id)
    }

    /// Someone wants to know when all that is accepted now is resolved.
    mutating func flush(_ id: Int, waiter: Waiter, isCancelled: Bool) -> FlushOutcome {
        guard !isCancelled else { return .cancelled }
        guard acceptedCount > resolvedCount else { return .done }
        flushes.append(Flush(id: id, resolved: acceptedCount, waiter: waiter))
        return .waiting
    }

    /// Takes no more; returns those who wait for room, who have to be refused.
    mutating func close() -> [Waiter] {
        isClosed = true
        defer {
            queue = []
            candidates = [:]
        }
        return queue.compactMap { candidates[$0]?.waiter }
    }

    /// What the writer does next.
    mutating func next(now: Duration) -> Step {
        guard let oldest = buffer.first else {
            return isClosed ? .finish : .wait(nil)
        }
        let age = now - oldest.acceptedAt
        guard isDue || age >= limits.maximumAge else {
            return .wait(limits.maximumAge - age)
        }
        var batch: [Entry] = []
        var bytes = 0
        while let entry = buffer.first, batch.count < limits.maximumBatchCount {
            guard batch.isEmpty || bytes + entry.bytes <= limits.maximumBatchBytes else { break }
            batch.append(entry)
            bytes += entry.bytes
            buffer.removeFirst()
        }
        bufferedBytes -= bytes
        inFlight.append(contentsOf: batch)
        return .write(batch)
    }

    /// Whether the writer has something to do, whatever the age of what is held.
    var isDue: Bool {
        guard !buffer.isEmpty else { return isClosed }
        return isClosed || !flushes.isEmpty || !candidates.isEmpty || buffer.count >= limits.maximumBatchCount
            || bufferedBytes >= limits.maximumBatchBytes
    }

    /// Whether the item that was accepted last is the only one that gathers, so that its age begins to count.
    var hasBegunToGather: Bool { buffer.count == 1 }

    /// Takes out whoever waits for the fate of these items.
    mutating func takeWaiters(_ entries: some Sequence<Entry>) -> [Int: Waiter] {
        entries.reduce(into: [:]) { $0[$1.id] = waiters.removeValue(forKey: $1.id) }
    }

    /// The fate of the first `count` items in flight is known.
    mutating func resolve(_ count: Int, now: Duration) -> Resolution {
        for entry in inFlight.prefix(count) {
            heldBytes -= entry.bytes
        }
        inFlight.removeFirst(count)
        resolvedCount += count
        var resolution = Resolution()
        while let id = queue.first {
            if let candidate = candidates[id] {
                guard hasRoom(for: candidate) else { break }
                candidates[id] = nil
                resolution.accepted.append(accept(candidate, now: now))
            }
            queue.removeFirst()
        }
        resolution.flushed = flushes.filter { $0.resolved <= resolvedCount }.map(\.waiter)
        flushes.removeAll { $0.resolved <= resolvedCount }
        return resolution
    }

    /// Gives up all that is held; returns it together with all who wait for anything.
    mutating func abandon() -> (entries: [Entry], waiters: [Int: Waiter], flushes: [Waiter]) {
        defer {
            inFlight = []
            buffer = []
            waiters = [:]
            flushes = []
        }
        return (inFlight + Array(buffer), waiters, flushes.map(\.waiter))
    }

    private func hasRoom(for candidate: Candidate) -> Bool {
        heldCount < limits.maximumHeldCount && heldBytes <= limits.maximumHeldBytes - candidate.bytes
    }

    private mutating func accept(_ candidate: Candidate, now: Duration) -> Acceptance {
        hold(Entry(id: candidate.id, item: candidate.item, bytes: candidate.bytes, acceptedAt: now))
        if candidate.waitsUntilWritten {
            waiters[candidate.id] = candidate.waiter
        }
        return Acceptance(record: candidate.record, waiter: candidate.waitsUntilWritten ? nil : candidate.waiter)
    }

    private mutating func hold(_ entry: Entry) {
        buffer.append(entry)
        bufferedBytes += entry.bytes
        heldBytes += entry.bytes
        acceptedCount += 1
    }
}
