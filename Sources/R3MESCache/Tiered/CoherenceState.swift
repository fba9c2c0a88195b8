// SPDX-License-Identifier: Apache-2.0

/// Whether the memory of a ``TieredCache`` may be trusted, as a value.
///
/// It may for as long as Redis tells of changes, and this was seen lately: every now and then the instance changes a
/// key of its own, a probe, and waits to be told of it. Messages come in order, so a probe that came back proves that
/// all changes before it have been told. While probes are late the memory is not read, but nothing has been missed;
/// when the connection is lost something may have been, and the memory is flushed.
///
/// When Redis can't be reached the instance is isolated: nothing is asked of Redis, and invalidations are kept in a
/// journal until Redis has been told of them.
///
/// Times are nanoseconds of any clock that never goes back.
struct CoherenceState: Sendable {
    struct Limits: Sendable {
        /// How long after a probe was sent its return proves anything.
        var maximumDelay: Int64
        /// How many reads in a row must fail.
        var failures: Int
        /// The time between tries to reach Redis again.
        var retryInterval: Int64
        /// How many invalidations the journal holds.
        var journal: Int
    }

    /// How a read goes.
    enum Path: Sendable {
        /// Memory first, then Redis.
        case trusted
        /// Redis; what it says is kept in memory, for messages come.
        case through
        /// Redis; nothing is kept, for no messages come.
        case blind
        /// Memory, where values don't stay for long, and the loader.
        case isolated
    }

    private struct Probe {
        let number: Int
        let sentAt: Int64
    }

    let limits: Limits
    private(set) var isListening = false
    private(set) var isReachable = true
    private var journal: InvalidationJournal
    private var failures = 0
    private var flushesWanted = 0
    private var flushesTaken = 0
    private var flushesDone = 0
    private var verifiedAt: Int64?
    private var probe: Probe?
    private var lastProbe = 0
    private var nextRecovery = Int64.min
    private var isRecovering = false

    init(limits: Limits) {
        self.limits = limits
        journal = InvalidationJournal(limit: limits.journal)
    }

    var journalCount: Int { journal.count }

    /// Until when memory may be read; the least number for not at all.
    var trustedUntil: Int64 {
        guard isReachable, isListening, isFlushed, let verifiedAt else { return .min }
        return verifiedAt.addingClamped(limits.maximumDelay)
    }

    func path(now: Int64) -> Path {
        guard isReachable else { return isFlushed ? .isolated : .blind }
        guard isListening else { return .blind }
        return now < trustedUntil ? .trusted : .through
    }

    private var isFlushed: Bool { flushesDone == flushesWanted }

    private mutating func flush() {
        flushesWanted += 1
    }

    /// The number of a flush to be done now; nil if there is none.
    mutating func takeFlush() -> Int? {
        guard flushesTaken < flushesWanted else { return nil }
        flushesTaken = flushesWanted
        return flushesTaken
    }

    mutating func flushed(_ number: Int) {
        flushesDone = max(flushesDone, number)
    }
}

// MARK: - Messages

extension CoherenceState {
    /// From now on changes are told.
    mutating func listen(now: Int64) {
        isListening = true
        verifiedAt = now
        probe = nil
        flush()
    }

    /// Changes are told no more.
    mutating func lose() {
        guard isListening else { return }
        isListening = false
        verifiedAt = nil
        probe = nil
        flush()
    }

    /// Some changes were not told, or all keys have changed.
    mutating func miss() {
        flush()
    }

    /// A probe to send: its number; nil if it isn't time.
    mutating func nextProbe(now: Int64) -> Int? {
        guard isListening, isReachable else { return nil }
        if let probe, now < probe.sentAt.addingClamped(limits.maximumDelay) { return nil }
        lastProbe += 1
        probe = Probe(number: lastProbe, sentAt: now)
        return lastProbe
    }

    /// Redis told of a probe: how long that took; nil if another one is awaited.
    mutating func receive(probe number: Int, now: Int64) -> Int64? {
        guard let probe, probe.number == number else { return nil }
        self.probe = nil
        verifiedAt = probe.sentAt
        return now - probe.sentAt
    }
}

// MARK: - Redis

extension CoherenceState {
    mutating func succeed() {
        failures = 0
    }

    /// A read failed: true if that makes this instance isolated.
    mutating func failRead(now: Int64) -> Bool {
        failures += 1
        return failures >= limits.failures && isolate(now: now)
    }

    /// Something is to be invalidated: true if Redis may be told, false if that is written down.
    mutating func beginWrite(_ entries: [InvalidationJournal.Entry]) -> Bool {
        guard !isReachable else { return true }
        for entry in entries { journal.add(entry) }
        return false
    }

    /// Redis may not know of an invalidation: true if that makes this instance isolated.
    mutating func failWrite(_ entries: [InvalidationJournal.Entry], now: Int64) -> Bool {
        for entry in entries { journal.add(entry) }
        return isolate(now: now)
    }

    private mutating func isolate(now: Int64) -> Bool {
        guard isReachable else { return false }
        isReachable = false
        nextRecovery = now.addingClamped(limits.retryInterval)
        flush()
        return true
    }

    /// Whether it is time to try to reach Redis again; whoever hears so does it.
    mutating func beginRecovery(now: Int64) -> Bool {
        guard !isReachable, !isRecovering, now >= nextRecovery else { return false }
        isRecovering = true
        return true
    }

    /// What Redis is to be told; nil if nothing is left, and Redis is used again.
    mutating func nextRecoveryStep() -> Set<InvalidationJournal.Entry>? {
        journal.settle()
        guard journal.isEmpty else { return journal.take() }
        isReachable = true
        isRecovering = false
        failures = 0
        flush()
        return nil
    }

    /// Redis can't be reached yet.
    mutating func failRecovery(now: Int64) {
        journal.giveBack()
        isRecovering = false
        nextRecovery = now.addingClamped(limits.retryInterval)
    }
}
