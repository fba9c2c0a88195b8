// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Finds out which part of a shard its window should have, by trying several on a sample of the keys.
///
/// Each contestant is a ghost: the same ``SegmentedQueues`` with another window, down to one percent and up to the whole, which
/// is plain LRU; it holds hashes of keys instead of values. All see the keys of the same sample, chosen by hash, and are as much
/// smaller than the shard as the sample is than all keys (miniature simulation: Waldspurger et al., USENIX ATC 2017). The
/// one with the most hits of late decides the shard's window. So a shard does not fall behind LRU for longer than it takes
/// to see it, which a search by small steps, as in Caffeine, does on loads where recency counts.
///
/// The sample begins with all keys and is halved whenever a ghost holds more than ``largestGhost`` keys, so that small caches learn
/// from every access and large ones pay next to nothing.
struct WindowDuel: ~Copyable {
    /// The parts of the contestants.
    ///
    /// One percent suits loads where how often counts alone; the whole is LRU.
    static let parts = [0.01, 0.05, 0.15, 0.4, 0.8, 1]
    /// How many keys a ghost holds before the sample is halved.
    private static var largestGhost: Int { 512 }
    /// How many keys all ghosts hold before that: where weights differ, each may hold others.
    private static var mostKeys: Int { 16 * largestGhost }
    /// How many accesses of the sample, and how many times the keys in a ghost, an access is remembered for.
    private static var leastHorizon: Double { 2000 }
    private static var horizonPerKey: Double { 4 }
    /// A contestant wins by one hit and this part of the hits that the shard's own window would have had.
    private static var lead: Double { 0.004 }

    private let maximum: Int
    private var nodes = GhostNodes(ghosts: parts.count)
    private let ghosts: UnsafeMutablePointer<SegmentedQueues>
    /// Hits, the later the more they count: an access now counts `unit`, which grows.
    private let scores: UnsafeMutablePointer<Double>
    private var unit = 1.0
    private var growth = 1.0
    private var untilRescale = 0
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
        if untilRescale == 0 { rescale() }
        untilRescale -= 1
        unit *= growth
        let slot = nodes.find(hash) ?? nodes.insert(hash, weight: weight)
        var best = winner
        for number in 0..<Self.parts.count {
            let view = nodes.view(number)
            if view.queue(slot) != .none {
                scores[number] += unit
                ghosts[number].recordAccess(slot, view)
            } else {
                ghosts[number].insert(slot, view)
                while let victim = ghosts[number].nextVictim(view, sketch) {
                    ghosts[number].remove(victim, view)
                    if victim != slot { nodes.removeIfUnused(victim) }
                }
            }
            if scores[number] > scores[best] { best = number }
        }
        nodes.removeIfUnused(slot)
        if ghosts[Self.parts.count - 1].count > Self.largestGhost { halveSample() }
        while nodes.count > Self.mostKeys { halveSample() }
        guard scores[best] - scores[winner] > Self.lead * scores[winner] + unit else { return false }
        winner = best
        return true
    }

    private func isInSample(_ hash: UInt32) -> Bool {
        sampleShift == 0 || (hash &* 0x9e37_79b1) >> (32 - sampleShift) == 0
    }

    /// Sets how fast hits are forgotten, and keeps the numbers small.
    private mutating func rescale() {
        untilRescale = 256
        let keys = Double(ghosts[Self.parts.count - 1].count)
        growth = exp(1 / max(Self.leastHorizon, Self.horizonPerKey * keys))
        for number in 0..<Self.parts.count { scores[number] /= unit }
        unit = 1
    }

    private mutating func halveSample() {
        sampleShift += 1
        for slot in nodes.slots where !isInSample(nodes.view(0).hash(slot)) {
            for number in 0..<Self.parts.count { ghosts[number].remove(slot, nodes.view(number)) }
            nodes.removeIfUnused(slot)
        }
        for (number, part) in Self.parts.enumerated() {
            ghosts[number].setMaximum(maximum >> sampleShift, windowPart: part)
        }
    }
}
