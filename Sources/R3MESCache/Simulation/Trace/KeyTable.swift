// SPDX-License-Identifier: Apache-2.0

/// Numbers byte strings in order of first appearance.
///
/// An open-addressing hash table whose keys lie end to end in one array: a key costs its own bytes and about 20 more,
/// where a dictionary of strings would allocate each.
struct KeyTable {
    /// How many bytes the keys have, all together.
    var byteCount: Int { bytes.count }
    /// How many keys there are.
    var count: Int { ends.count }

    private var bytes: [UInt8] = []
    /// Where each key ends in `bytes`, and the next one starts.
    private var ends: [Int] = []
    private var hashes: [UInt32] = []
    /// The number of a key plus one, or 0; the length is a power of two.
    private var slots = [UInt32](repeating: 0, count: 1024)

    /// The number of a key, which is new when the key is.
    mutating func number(of key: UnsafeRawBufferPointer) -> UInt32 {
        var hasher = Hasher()
        hasher.combine(bytes: key)
        let hash = UInt32(truncatingIfNeeded: hasher.finalize())
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let number = slots[slot] - 1
            if hashes[Int(number)] == hash, isKey(Int(number), key) {
                return number
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        let number = UInt32(ends.count)
        slots[slot] = number + 1
        bytes.append(contentsOf: key)
        ends.append(bytes.count)
        hashes.append(hash)
        if ends.count * 4 > slots.count * 3 {
            grow()
        }
        return number
    }

    private func isKey(_ number: Int, _ key: UnsafeRawBufferPointer) -> Bool {
        let start = number == 0 ? 0 : ends[number - 1]
        guard ends[number] - start == key.count else { return false }
        return bytes.withUnsafeBytes { $0[start..<ends[number]].elementsEqual(key) }
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for (number, hash) in hashes.enumerated() {
            var slot = Int(hash) & (slots.count - 1)
            while slots[slot] != 0 {
                slot = (slot + 1) & (slots.count - 1)
            }
            slots[slot] = UInt32(number) + 1
        }
    }
}
