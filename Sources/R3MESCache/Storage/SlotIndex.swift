// SPDX-License-Identifier: Apache-2.0

/// Finds the slots of entries by the hashes of their keys: a hash table with open addressing and linear probing.
///
/// A bucket is eight bytes, 32 bits of hash and the slot, so that nearly every search that fails has touched one cache
/// line and no key. Removal shifts what follows back instead of leaving a mark, so that searches stay short for ever.
/// It is not generic: comparing keys is left to its owner, who asks for one candidate after the other.
@usableFromInline
struct SlotIndex {
    /// Zero if empty, else the hash in the upper half and the slot plus one in the lower.
    @usableFromInline private(set) var buckets: UnsafeMutablePointer<UInt64>
    @usableFromInline private(set) var mask: Int
    @usableFromInline private(set) var count = 0

    init(minimumCapacity: Int = 0) {
        var size = 8
        while size * 7 < minimumCapacity * 10 { size *= 2 }
        buckets = .allocate(capacity: size)
        buckets.initialize(repeating: 0, count: size)
        mask = size - 1
    }

    /// Ends its life, which its owner has to do.
    func deallocate() {
        buckets.deallocate()
    }

    /// Where the search for a hash begins.
    @inlinable
    func home(of hash: UInt32) -> Int {
        Int(truncatingIfNeeded: hash) & mask
    }

    /// Where the search goes on.
    @inlinable
    func next(after position: Int) -> Int {
        (position &+ 1) & mask
    }

    /// Adds a slot that is not there yet.
    mutating func insert(_ slot: UInt32, hash: UInt32) {
        if (count + 1) * 10 > (mask + 1) * 7 {
            grow()
        }
        place(UInt64(hash) << 32 | UInt64(slot + 1), hash: hash)
        count += 1
    }

    /// Removes a slot that is there.
    mutating func remove(_ slot: UInt32, hash: UInt32) {
        let bucket = UInt64(hash) << 32 | UInt64(slot + 1)
        var hole = home(of: hash)
        while buckets[hole] != bucket {
            if buckets[hole] == 0 { return }
            hole = next(after: hole)
        }
        var position = next(after: hole)
        while buckets[position] != 0 {
            // It may move back into the hole unless its home lies between the hole and itself.
            let home = home(of: UInt32(truncatingIfNeeded: buckets[position] >> 32))
            if (position &- home) & mask >= (position &- hole) & mask {
                buckets[hole] = buckets[position]
                hole = position
            }
            position = next(after: position)
        }
        buckets[hole] = 0
        count -= 1
    }

    private func place(_ bucket: UInt64, hash: UInt32) {
        var position = home(of: hash)
        while buckets[position] != 0 {
            position = next(after: position)
        }
        buckets[position] = bucket
    }

    private mutating func grow() {
        let old = buckets
        let size = mask + 1
        buckets = .allocate(capacity: size * 2)
        buckets.initialize(repeating: 0, count: size * 2)
        mask = size * 2 - 1
        for position in 0..<size where old[position] != 0 {
            place(old[position], hash: UInt32(truncatingIfNeeded: old[position] >> 32))
        }
        old.deallocate()
    }
}
