// SPDX-License-Identifier: Apache-2.0

/// Invalidations that Redis could not be told yet, as a value: at most so many, and then rather all.
struct InvalidationJournal: Sendable {
    /// What is to be invalidated.
    enum Entry: Hashable, Sendable {
        case key(String)
        case tag(String)
        case pattern(String)

        static let everything = Entry.pattern("*")
    }

    let limit: Int
    private var waiting: Set<Entry> = []
    /// Being told to Redis, which may fail.
    private var taken: Set<Entry> = []

    init(limit: Int) {
        self.limit = limit
    }

    var count: Int { waiting.count + taken.count }
    var isEmpty: Bool { waiting.isEmpty && taken.isEmpty }

    mutating func add(_ entry: Entry) {
        guard !waiting.contains(.everything) else { return }
        waiting.insert(entry)
        if waiting.count > limit || entry == .everything {
            waiting = [.everything]
        }
    }

    /// What is to be told now.
    ///
    /// What is added meanwhile waits, even if it is the same: by then it has happened again.
    mutating func take() -> Set<Entry> {
        taken.formUnion(waiting)
        waiting = []
        return taken
    }

    /// Redis has been told.
    mutating func settle() {
        taken = []
    }

    /// Redis has not been told, or not of everything.
    mutating func giveBack() {
        let entries = taken
        taken = []
        for entry in entries {
            add(entry)
        }
    }
}
