// SPDX-License-Identifier: Apache-2.0

/// The keys of a shard by their beginnings: a crit-bit tree (Bernstein; Morrison's PATRICIA, JACM 1968) whose leaves are
/// slots.
///
/// All keys that begin alike are one subtree, so finding them costs the length of their beginning and their number. The
/// tree holds no key: it asks the shard for the bytes. Each byte counts as nine bits, the first of which says that there
/// is a byte, so that a key which is the beginning of another is told from it, whatever bytes follow.
struct KeyIndex: ~Copyable {
    private struct Branch: BitwiseCopyable {
        /// The first bit in which the keys below differ.
        var bit: UInt64 = 0
        /// Where the bit is 0, and where it is 1.
        var zero: Child = 0
        var one: Child = 0
    }

    /// A branch, or with the highest bit set a slot.
    private typealias Child = UInt32
    private typealias Keys = UnsafeMutablePointer<String>
    private typealias Bytes = UnsafeBufferPointer<UInt8>

    private static var leaf: Child { 1 << 31 }
    private static var nothing: Child { .max }

    private var branches = Slab(repeating: Branch())
    private var branchCount = 0
    private var freeBranch = nothing
    private var root = nothing

    /// How many keys the tree holds.
    private(set) var count = 0

    deinit {
        branches.deallocate()
    }

    /// Adds a key that is not there yet.
    mutating func insert(_ slot: Slot, _ keys: UnsafeMutablePointer<String>) {
        count += 1
        guard root != Self.nothing else {
            root = slot | Self.leaf
            return
        }
        keys[Int(slot)].withBytes { key in
            let near = closest(to: key)
            guard let bit = keys[Int(near)].withBytes({ Self.firstDifference(key, $0) }) else { return }
            let branch = newBranch()
            let above = place { !isLeaf($0) && branches[$0].bit < bit ? Self.bit(branches[$0].bit, of: key) : nil }
            let isOne = Self.bit(bit, of: key)
            let own = slot | Self.leaf
            let below = child(at: above)
            branches[branch] = Branch(bit: bit, zero: isOne ? below : own, one: isOne ? own : below)
            setChild(branch, at: above)
        }
    }

    /// Removes a key that is there.
    mutating func remove(_ slot: Slot, _ keys: UnsafeMutablePointer<String>) {
        count -= 1
        guard root != slot | Self.leaf else {
            root = Self.nothing
            return
        }
        keys[Int(slot)].withBytes { key in
            var above = Place.root
            var last = Place.root
            while true {
                let child = child(at: last)
                if isLeaf(child) { break }
                above = last
                last = Place(branch: child, isOne: Self.bit(branches[child].bit, of: key))
            }
            // The branch goes with its leaf, and the leaf's sibling takes its place.
            setChild(self.child(at: Place(branch: last.branch, isOne: !last.isOne)), at: above)
            branches[last.branch].zero = freeBranch
            freeBranch = last.branch
        }
    }

    /// The slots of all keys that begin with a text.
    func slots(withPrefix prefix: [UInt8], _ keys: UnsafeMutablePointer<String>) -> [Slot] {
        guard root != Self.nothing else { return [] }
        var child = root
        prefix.withUnsafeBufferPointer { prefix in
            while !isLeaf(child), Int(branches[child].bit) < prefix.count * 9 {
                child = Self.bit(branches[child].bit, of: prefix) ? branches[child].one : branches[child].zero
            }
        }
        var found: [Slot] = []
        var unseen = [child]
        while let next = unseen.popLast() {
            if isLeaf(next) {
                found.append(next & ~Self.leaf)
                // All of a subtree begin alike, so the first one speaks for all.
                if found.count == 1, !keys[Int(found[0])].utf8.starts(with: prefix) { return [] }
            } else {
                unseen.append(branches[next].one)
                unseen.append(branches[next].zero)
            }
        }
        return found
    }
}

extension KeyIndex {
    /// Where a child hangs.
    private struct Place {
        var branch: Child
        var isOne = false

        static var root: Self { Self(branch: nothing) }
    }

    private func child(at place: Place) -> Child {
        if place.branch == Self.nothing { return root }
        return place.isOne ? branches[place.branch].one : branches[place.branch].zero
    }

    private mutating func setChild(_ child: Child, at place: Place) {
        if place.branch == Self.nothing {
            root = child
        } else if place.isOne {
            branches[place.branch].one = child
        } else {
            branches[place.branch].zero = child
        }
    }

    private func isLeaf(_ child: Child) -> Bool {
        child & Self.leaf != 0
    }

    /// Goes down from the root as long as told which way.
    private func place(_ way: (Child) -> Bool?) -> Place {
        var place = Place.root
        while let isOne = way(child(at: place)) {
            place = Place(branch: child(at: place), isOne: isOne)
        }
        return place
    }

    /// Some key that has the longest beginning in common.
    private func closest(to key: Bytes) -> Slot {
        var child = root
        while !isLeaf(child) {
            child = Self.bit(branches[child].bit, of: key) ? branches[child].one : branches[child].zero
        }
        return child & ~Self.leaf
    }

    private mutating func newBranch() -> Child {
        if freeBranch != Self.nothing {
            let branch = freeBranch
            freeBranch = branches[branch].zero
            return branch
        }
        branches.reserve(branchCount + 1)
        branchCount += 1
        return Child(branchCount - 1)
    }

    private static func bit(_ bit: UInt64, of key: Bytes) -> Bool {
        let (index, offset) = Int(bit).quotientAndRemainder(dividingBy: 9)
        guard index < key.count else { return false }
        return offset == 0 || (key[index] >> UInt8(8 - offset)) & 1 == 1
    }

    /// Nil if the keys are the same.
    private static func firstDifference(_ one: Bytes, _ other: Bytes) -> UInt64? {
        let common = min(one.count, other.count)
        var index = 0
        while index < common, one[index] == other[index] { index += 1 }
        if index < common {
            return UInt64(index * 9 + 1 + (one[index] ^ other[index]).leadingZeroBitCount)
        }
        return one.count == other.count ? nil : UInt64(index * 9)
    }
}
