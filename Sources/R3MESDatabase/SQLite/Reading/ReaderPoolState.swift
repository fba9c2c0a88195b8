// SPDX-License-Identifier: Apache-2.0

import DequeModule

/// Which of the readers of a SQLite file does what, first come, first served: a pure value.
struct ReaderPoolState<Entry> {
    /// What becomes of an entry that has come.
    enum Admission {
        /// The reader with this number has to be set to work on it.
        case start(Int)
        case queued
        case full
        case closed
    }

    private let maximumQueued: Int
    private let isAbandoned: @Sendable (Entry) -> Bool
    /// The readers that rest; the one that worked last is last, for its memory is warm.
    private var resting: [Int]
    private let readerCount: Int
    private var isClosed = false
    private(set) var queue: Deque<Entry> = []

    init(readers: Int, maximumQueued: Int, isAbandoned: @escaping @Sendable (Entry) -> Bool) {
        self.maximumQueued = maximumQueued
        self.isAbandoned = isAbandoned
        readerCount = readers
        resting = Array((0..<readers).reversed())
    }

    /// Whether all readers rest.
    var isResting: Bool { resting.count == readerCount }

    mutating func submit(_ entry: Entry) -> Admission {
        guard !isClosed else { return .closed }
        if let reader = resting.popLast() {
            return .start(reader)
        }
        guard queue.count < maximumQueued else { return .full }
        queue.append(entry)
        return .queued
    }

    /// What the reader does next; nil to rest.
    mutating func next(for reader: Int) -> Entry? {
        while let entry = queue.popFirst() {
            if !isAbandoned(entry) { return entry }
        }
        resting.append(reader)
        return nil
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
