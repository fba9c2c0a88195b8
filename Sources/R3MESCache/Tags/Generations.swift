// SPDX-License-Identifier: Apache-2.0

/// What a shard was told to forget, and when: how a value that was read before is kept from being stored afterwards.
///
/// A load takes a ticket, a number that grows with each load, before it reads. Whoever forgets a key, a tag or a pattern notes
/// the last ticket given out; a value whose ticket is not above that note may be older than what was forgotten. Keys and
/// tags are noted by hash in tables of fixed size, so two that share a place may refuse each other's loads; that costs
/// another load and is never wrong the other way.
struct Generations: ~Copyable {
    private static var patternLimit: Int { 32 }

    private let keys: UnsafeMutablePointer<UInt64>
    private let tags: UnsafeMutablePointer<UInt64>
    private let mask: Int
    private var patterns: [(pattern: GlobPattern, ticket: UInt64)] = []
    /// The newest note that covers every key: all was forgotten, or a pattern for which there was no more room.
    private var all: UInt64 = 0

    /// Makes a note book for a shard that holds about so many entries.
    init(capacity: Int) {
        var size = 64
        while size < 1024, size * 4 < capacity { size *= 2 }
        mask = size - 1
        keys = .allocate(capacity: size)
        keys.initialize(repeating: 0, count: size)
        tags = .allocate(capacity: size)
        tags.initialize(repeating: 0, count: size)
    }

    deinit {
        keys.deallocate()
        tags.deallocate()
    }

    /// A key was written or removed.
    mutating func note(key hash: UInt32, _ ticket: UInt64) {
        keys[Int(hash >> 8) & mask] = ticket
    }

    /// A tag was invalidated.
    mutating func note(tag: String, _ ticket: UInt64) {
        tags[tag.hashValue & mask] = ticket
    }

    /// A pattern was invalidated.
    mutating func note(pattern: GlobPattern, _ ticket: UInt64) {
        patterns.removeAll { $0.pattern == pattern }
        if patterns.count == Self.patternLimit {
            all = Swift.max(all, patterns.removeFirst().ticket)
        }
        patterns.append((pattern, ticket))
    }

    /// Everything was removed.
    mutating func noteAll(_ ticket: UInt64) {
        all = ticket
        patterns = []
    }

    /// Whether what was read with this ticket may be older than an invalidation.
    func isStale(_ ticket: UInt64, hash: UInt32, key: String?, tags names: [String]) -> Bool {
        if all >= ticket || keys[Int(hash >> 8) & mask] >= ticket { return true }
        if names.contains(where: { tags[$0.hashValue & mask] >= ticket }) { return true }
        guard let key else { return false }
        return patterns.contains { $0.ticket >= ticket && $0.pattern.matches(key) }
    }
}
