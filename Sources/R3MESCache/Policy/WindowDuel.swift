// SPDX-License-Identifier: Apache-2.0

/// Finds out which part of a shard its window should have, by trying several on a sample of the keys.
///
/// Each contestant is a ghost: the same ``SegmentedQueues`` with another window, down to one percent and up to the whole, which
/// is plain LRU; it holds hashes of keys instead of values. All see the keys of the same sample, chosen by hash, and are as much
/// smaller than the shard as the sample is than all keys (miniature simulation: Waldspurger et al., USENIX ATC 2017).
///
/// The contestant with the most hits leads, but a change of the lead costs the shard hits: what the new window would have kept
/// is not there, and what is there was chosen by the old one. So the lead changes only when somebody is ahead by a part of the
/// entries that two contestants can differ in, which are few as long as few were evicted. And nobody can be further
/// behind than a few times that, so that what was long ago does not count, however long it lasted: a task system whose states
/// are all equally far from each other (Borodin, Linial and Saks, "An optimal on-line algorithm for metrical task system",
/// JACM 1992).
///
/// The sample begins with all keys and is halved whenever a ghost holds more than ``largestGhost`` keys, so that small caches learn
/// from every access and large ones pay next to nothing.
struct WindowDuel: ~Copyable {
    /// The parts of the contestants.
    ///
    /// One percent, the first, suits loads where how often counts alone; the whole is LRU.
    static let parts = [0.01, 0.06, 0.3, 1]
    /// The last, which has nothing but a window.
    private static var lru: Int { 3 }
    /// How many keys a ghost holds before the sample is halved.
    private static var largestGhost: Int { 1024 }
    /// How many keys all ghosts hold before that: where weights differ, each may hold others.
    private static var mostKeys: Int { 8 * largestGhost }
    /// By how many hits a contestant must be ahead to lead, and for how many keys in which ghosts can differ by one more.
    private static var leastLead: Int { 2 }
    private static var keysPerLead: Int { 12 }
    /// How many times the lead a contestant can be behind.
    private static var memory: Int { 8 }

    private let maximum: Int
    private var nodes = GhostNodes(ghosts: parts.count)
    private let ghosts: UnsafeMutablePointer<SegmentedQueues>
    /// Hits, less those of the contestant with the most.
    private let scores: UnsafeMutablePointer<Int>
    /// How many keys had to go from the ghost of LRU.
    private var evictions = 0
    private(set) var winner = 0
    /// One in two to this power of the keys is in the sample.
    private var sampleShift: UInt32 = 0

    init(maximum: Int) {
        self.maximum = maximum
        ghosts = .allocate(capacity: Self.parts.count)
        scores = .allocate(capacity: Self.parts.count)
        scores.initialize(repeating: 0, count: Self.parts.count)
        for (number, part) in Self.parts.enumerated() {
            (ghosts + number).initialize(to: SegmentedQueues(maximum: maximum, windowPart: part))
        }
    }

    deinit {
        ghosts.deallocate()
        scores.deallocate()
    }

    /// How many keys the ghosts hold.
    var keyCount: Int { nodes.count }

    /// The part that the shard's window should have.
    var part: Double { Self.parts[winner] }

    /// A key was used, or came in; true if another contestant leads from here on.
    mutating func record(_ hash: UInt32, weight: UInt32, _ sketch: borrowing FrequencySketch) -> Bool {
        guard isInSample(hash), weight <= maximum >> sampleShift else { return false }
        var hits = 0
        let slot = nodes.find(hash) ?? nodes.insert(hash, weight: weight)
        for number in 0..<Self.parts.count {
            let view = nodes.view(number)
            if view.queue(slot) != .none {
                scores[number] += 1
                hits += 1
                ghosts[number].recordAccess(slot, view)
            } else {
                ghosts[number].insert(slot, view)
                while let victim = ghosts[number].nextVictim(view, sketch) {
                    ghosts[number].remove(victim, view)
                    if victim != slot { nodes.removeIfUnused(victim) }
                    if number == Self.lru { evictions += 1 }
                }
            }
        }
        nodes.removeIfUnused(slot)
        if ghosts[Self.lru].count > Self.largestGhost { halveSample() }
        while nodes.count > Self.mostKeys { halveSample() }
        // Most accesses are hits or misses for all and change nothing.
        return hits % Self.parts.count == 0 ? false : elect()
    }

    /// Lets another contestant lead if it is far enough ahead; true if one is.
    private mutating func elect() -> Bool {
        var best = winner
        for number in 0..<Self.parts.count where scores[number] > scores[best] { best = number }
        let lead = Self.leastLead + min(evictions, ghosts[Self.lru].count) / Self.keysPerLead
        let most = scores[best]
        for number in 0..<Self.parts.count {
            scores[number] = max(scores[number] - most, -Self.memory * lead)
        }
        guard scores[winner] <= -lead else { return false }
        winner = best
        return true
    }

    private func isInSample(_ hash: UInt32) -> Bool {
        sampleShift == 0 || (hash &* 0x9e37_79b1) >> (32 - sampleShift) == 0
    }

    private mutating func halveSample() {
        sampleShift += 1
        evictions /= 2
        for number in 0..<Self.parts.count { scores[number] /= 2 }
        for slot in nodes.slots where !isInSample(nodes.view(0).hash(slot)) {
            for number in 0..<Self.parts.count { ghosts[number].remove(slot, nodes.view(number)) }
            nodes.removeIfUnused(slot)
        }
        for (number, part) in Self.parts.enumerated() {
            ghosts[number].setMaximum(maximum >> sampleShift, windowPart: part)
        }
    }
}
