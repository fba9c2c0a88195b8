// SPDX-License-Identifier: Apache-2.0

/// The queues of W-TinyLFU and its rules: who goes when there is no room (Einziger, Friedman and Manes, ACM ToS 2017).
///
/// New entries enter the window, a plain LRU queue. What it has no room for asks for a place in the main part, which goes to
/// whoever was asked for more often: the newcomer or the oldest on probation. The main part is a segmented LRU: an entry that
/// is used on probation becomes protected, and the oldest protected ones go back on probation when they are more than four fifths.
///
/// The window's part is set from outside. With nothing else than a window this is exactly LRU.
struct SegmentedQueues {
    /// How many entries change places in one operation at most after the window's part has changed.
    private static var movesPerOperation: Int { 1024 }

    private(set) var window = NodeList(.window)
    private(set) var probation = NodeList(.probation)
    private(set) var protected = NodeList(.protected)
    /// The greatest weight of all entries together.
    private(set) var maximum: Int
    /// What the window is to weigh.
    private(set) var windowTarget = 0
    private var protectedMaximum = 0

    init(maximum: Int, windowPart: Double) {
        self.maximum = maximum
        setWindow(part: windowPart)
    }

    /// The weight of all entries.
    var weight: Int { window.weight + mainWeight }

    /// The number of all entries.
    var count: Int { window.count + probation.count + protected.count }

    private var mainWeight: Int { probation.weight + protected.weight }

    /// Sets what part of the weight the window is to have; entries move accordingly as others come.
    mutating func setWindow(part: Double) {
        windowTarget = max(1, min(maximum, Int((Double(maximum) * part).rounded())))
        protectedMaximum = (maximum - windowTarget) / 5 * 4 + (maximum - windowTarget) % 5 * 4 / 5
    }

    /// Sets the greatest weight.
    mutating func setMaximum(_ maximum: Int, windowPart: Double) {
        self.maximum = maximum
        setWindow(part: windowPart)
    }

    /// An entry was used.
    mutating func recordAccess(_ slot: Slot, _ nodes: some QueueNodes) {
        switch nodes.queue(slot) {
        case .none: break
        case .window: window.moveToFront(slot, nodes)
        case .probation, .protected:
            if mainWeight > maximum - windowTarget {
                // The window is to be larger than it is: what is used now goes there.
                remove(slot, nodes)
                window.insert(slot, nodes)
            } else if nodes.queue(slot) == .protected {
                protected.moveToFront(slot, nodes)
            } else {
                probation.remove(slot, nodes)
                protected.insert(slot, nodes)
                demote(nodes)
            }
        }
    }

    /// An entry is new.
    mutating func insert(_ slot: Slot, _ nodes: some QueueNodes) {
        window.insert(slot, nodes)
    }

    /// An entry has gone.
    mutating func remove(_ slot: Slot, _ nodes: some QueueNodes) {
        switch nodes.queue(slot) {
        case .none: break
        case .window: window.remove(slot, nodes)
        case .probation: probation.remove(slot, nodes)
        case .protected: protected.remove(slot, nodes)
        }
    }

    /// An entry has become heavier or lighter.
    mutating func addWeight(_ difference: Int, to slot: Slot, _ nodes: some QueueNodes) {
        switch nodes.queue(slot) {
        case .none: break
        case .window: window.addWeight(difference)
        case .probation: probation.addWeight(difference)
        case .protected: protected.addWeight(difference)
        }
    }

    /// An entry that has to go, which the caller removes; nil if the rest has room.
    mutating func nextVictim(_ nodes: some QueueNodes, _ sketch: borrowing FrequencySketch) -> Slot? {
        let mainTarget = maximum - windowTarget
        var moves = Self.movesPerOperation
        while window.weight > windowTarget, mainWeight < mainTarget, moves > 0, window.oldest != .none {
            moveToProbation(window.oldest, nodes)
            moves -= 1
        }
        guard weight > maximum else { return nil }
        demote(nodes)
        let victim = probation.oldest != .none ? probation.oldest : protected.oldest
        let candidate = window.oldest
        if victim == .none { return candidate }
        if mainWeight > mainTarget || candidate == .none { return victim }
        // Caffeine lets a newcomer in at random now and then, against those who know which keys share counters. Here nobody
        // does: the hashes are seeded anew in each process.
        let isWanted = sketch.frequency(of: nodes.hash(candidate)) > sketch.frequency(of: nodes.hash(victim))
        guard isWanted else { return candidate }
        moveToProbation(candidate, nodes)
        return victim
    }

    private mutating func moveToProbation(_ slot: Slot, _ nodes: some QueueNodes) {
        window.remove(slot, nodes)
        probation.insert(slot, nodes)
    }

    private mutating func demote(_ nodes: some QueueNodes) {
        var moves = Self.movesPerOperation
        while protected.weight > protectedMaximum, protected.oldest != .none, moves > 0 {
            moves -= 1
            let slot = protected.oldest
            protected.remove(slot, nodes)
            probation.insert(slot, nodes)
        }
    }
}
