// SPDX-License-Identifier: Apache-2.0

/// Finds out whether a shard should have a small window or nothing else, by trying both on a sample of the keys.
///
/// Each contestant is a ghost: the same ``SegmentedQueues``, one with a window of one percent, which suits loads where how often
/// counts, one with a window that is all, which is plain LRU. It holds hashes of keys instead of values. Both see the keys of the same
/// sample, chosen by hash, and are as much smaller than the shard as the sample is than all keys (miniature
/// simulation: Waldspurger et al., USENIX ATC 2017).
///
/// The one with more hits leads, but a change of the lead costs the shard hits: what the new window would have kept
/// is not there, and what is there was chosen by the old one. So the lead changes only when the other is ahead by a part of the
/// entries in which they can differ, which are few as long as few were evicted. And nobody can be further
/// behind than a few times that, so that what was long ago does not count, however long it lasted: a task system of two
/// states (Borodin, Linial and Saks, "An optimal on-line algorithm for metrical task system", JACM 1992).
///
/// The sample begins with all keys and is halved whenever a ghost holds more than ``largestGhost`` keys, so that small caches learn
/// from every access and large ones pay little.
struct WindowDuel: ~Copyable {
    /// The windows' parts of the contestants.
    private static let parts = [0.01, 1]
    private static var lru: Int { 1 }
    /// How many keys a ghost holds before the sample is halved.
    private static var largestGhost: Int { 1024 }
    /// How many keys both hold before that: where weights differ, each may hold others.
    private static var mostKeys: Int { 4 * largestGhost }
    /// By how many hits the other must be ahead to lead, and for how many keys in which they can differ by one more.
    private static var leastLead: Int { 2 }
    private static var keysPerLead: Int { 12 }
    /// How many times the lead a contestant can be behind.
    private static var memory: Int { 8 }

    private let maximum: Int
    private var nodes = GhostNodes(ghosts: parts.count)
    private let ghosts: UnsafeMutablePointer<SegmentedQueues>
    /// By how many hits LRU is ahead.
    private var advantage = 0
    /// How many keys had to go from the ghost of LRU.
    private var evictions = 0
    private(set) var winner = 0
    /// One in two to this power of the keys is in the sample.
    private var sampleShift: UInt32 = 0

    init(maximum: Int) {
        self.maximum = maximum
        ghosts = .allocate(capacity: Self.parts.count)
        for (number, part) in Self.parts.enumerated() {
            (ghosts + number).initialize(to: SegmentedQueues(maximum: maximum, windowPart: part))
        }
    }

    deinit {
        ghosts.deallocate()
    }

    /// A contestant. (A subscript of the stored pointer would be compiled wrongly by Swift 6.3 under ThreadSanitizer.)
    private func ghost(_ number: Int) -> UnsafeMutablePointer<SegmentedQueues> { ghosts + number }

    /// How many keys the ghosts hold.
    var keyCount: Int { nodes.count }

    /// The part that the shard's window should have.
    var part: Double { Self.parts[winner] }

    /// A key was used, or came in; true if another contestant leads from here on.
    mutating func record(_ hash: UInt32, weight: UInt32, _ sketch: borrowing FrequencySketch) -> Bool {
        guard isInSample(hash), weight <= maximum >> sampleShift else { return false }
        // Of LRU, less those of the other.
        var hits = 0
        let slot = nodes.find(hash) ?? nodes.insert(hash, weight: weight)
        for number in 0..<Self.parts.count {
            let view = nodes.view(number)
            if view.queue(slot) != .none {
                hits += number == Self.lru ? 1 : -1
                ghost(number).pointee.recordAccess(slot, view)
            } else {
                ghost(number).pointee.insert(slot, view)
                while let victim = ghost(number).pointee.nextVictim(view, sketch) {
                    ghost(number).pointee.remove(victim, view)
                    if victim != slot { nodes.removeIfUnused(victim) }
                    if number == Self.lru { evictions += 1 }
                }
            }
        }
        nodes.removeIfUnused(slot)
        if ghost(Self.lru).pointee.count > Self.largestGhost { halveSample() }
        while nodes.count > Self.mostKeys { halveSample() }
        return hits == 0 ? false : elect(hits)
    }

    /// Counts a hit that one had and the other had not; true if the lead changes.
    private mutating func elect(_ hits: Int) -> Bool {
        let lead = Self.leastLead + min(evictions, ghost(Self.lru).pointee.count) / Self.keysPerLead
        advantage = max(-Self.memory * lead, min(Self.memory * lead, advantage + hits))
        guard winner == Self.lru ? advantage <= -lead : advantage >= lead else { return false }
        winner = Self.lru - winner
        return true
    }

    private func isInSample(_ hash: UInt32) -> Bool {
        sampleShift == 0 || (hash &* 0x9e37_79b1) >> (32 - sampleShift) == 0
    }

    private mutating func halveSample() {
        sampleShift += 1
        evictions /= 2
        advantage /= 2
        for slot in nodes.slots where !isInSample(nodes.view(0).hash(slot)) {
            for number in 0..<Self.parts.count { ghost(number).pointee.remove(slot, nodes.view(number)) }
            nodes.removeIfUnused(slot)
        }
        for (number, part) in Self.parts.enumerated() {
            ghost(number).pointee.setMaximum(maximum >> sampleShift, windowPart: part)
        }
    }
}
