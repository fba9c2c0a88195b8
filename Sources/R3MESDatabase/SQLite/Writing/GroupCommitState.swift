// SPDX-License-Identifier: Apache-2.0

import DequeModule

/// What the one writer of a SQLite file does next: a pure value.
///
/// Writes that come while one is under way are run one after the other in one transaction and committed together, so that
/// they share one wait for the disk. Nobody waits for company: a group is committed as soon as nobody is left to join it,
/// when it is full, or when it has grown old.
struct GroupCommitState<Entry> {
    /// How an entry takes part.
    enum Role {
        /// Outside of transactions.
        case alone
        /// A statement, which is atomic by itself.
        case statement
        /// Several statements that are atomic together.
        case unit
        /// A transaction of a caller, who has the writer until the lease ends.
        case lease
    }

    /// What comes next.
    enum Action {
        /// Run the entry outside of a transaction: nobody would share it.
        case runAlone(Entry)
        /// Run the entry in the group's transaction, which is begun if it is not open.
        case run(Entry)
        /// Give the writer to the entry, in the group's transaction; then wait for ``GroupCommitState/leaseEnded()``.
        case lease(Entry)
        /// Commit the group's transaction and answer all its members.
        case commit
        /// Nothing is left to do.
        case rest
    }

    /// What becomes of an entry that has come.
    enum Admission {
        /// It waits, and the writer is at work.
        case queued
        /// It waits, and the writer has to be set to work.
        case start
        case full
        case closed
    }

    private enum Phase {
        case resting, working, leased
    }

    private let maximumQueued: Int
    private let maximumGroupSize: Int
    private let maximumGroupAge: Duration
    private let role: @Sendable (Entry) -> Role
    private let isAbandoned: @Sendable (Entry) -> Bool

    private var phase = Phase.resting
    private var isClosed = false
    private(set) var queue: Deque<Entry> = []
    /// How many have joined the open group, and when the first did; nil if none is open.
    private var group: (size: Int, openedAt: Duration)?

    init(
        maximumQueued: Int,
        maximumGroupSize: Int,
        maximumGroupAge: Duration,
        role: @escaping @Sendable (Entry) -> Role,
        isAbandoned: @escaping @Sendable (Entry) -> Bool
    ) {
        self.maximumQueued = maximumQueued
        self.maximumGroupSize = maximumGroupSize
        self.maximumGroupAge = maximumGroupAge
        self.role = role
        self.isAbandoned = isAbandoned
    }

    /// Whether the writer has nothing to do.
    var isResting: Bool { phase == .resting }

    mutating func submit(_ entry: Entry) -> Admission {
        guard !isClosed else { return .closed }
        guard queue.count < maximumQueued else { return .full }
        queue.append(entry)
        guard phase == .resting else { return .queued }
        phase = .working
        return .start
    }

    /// What the writer does next, which is nothing while it is not at work.
    mutating func next(at now: Duration) -> Action {
        guard phase == .working else {
            return .rest
        }
        while let first = queue.first, isAbandoned(first) {
            queue.removeFirst()
        }
        guard let first = queue.first else {
            guard group == nil else {
                return commit()
            }
            phase = .resting
            return .rest
        }
        let role = role(first)
        if let group {
            let isFull = group.size >= maximumGroupSize || now - group.openedAt >= maximumGroupAge
            if isFull || role == .alone {
                return commit()
            }
        }
        queue.removeFirst()
        if role == .alone || role == .statement && group == nil && queue.isEmpty {
            return .runAlone(first)
        }
        group = ((group?.size ?? 0) + 1, group?.openedAt ?? now)
        guard role == .lease else {
            return .run(first)
        }
        phase = .leased
        return .lease(first)
    }

    private mutating func commit() -> Action {
        group = nil
        return .commit
    }

    /// The lease has ended; the writer has to be set to work again.
    mutating func leaseEnded() {
        phase = .working
    }

    /// The group's transaction is no more; some of its members are to be run again, before all others.
    mutating func groupLost(again entries: [Entry]) {
        group = nil
        queue.prepend(contentsOf: entries)
    }

    /// Nobody is let in any more.
    mutating func close() {
        isClosed = true
    }

    /// Those who still wait, who are sent away.
    mutating func takeQueue() -> Deque<Entry> {
        defer { queue = [] }
        return queue
    }
}
