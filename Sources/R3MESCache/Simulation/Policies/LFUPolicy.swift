// SPDX-License-Identifier: Apache-2.0

/// Drops the key that was asked for the fewest times since it came in, of several the one not asked for the longest.
///
/// O(1) a request: keys of equal frequency are in one list (Shah, Mitra, Matani: An O(1) algorithm for implementing the
/// LFU cache eviction scheme, 2010). What was dropped is forgotten, its frequency too.
struct LFUPolicy: ReplacementPolicy {
    private let capacity: Int
    private var count = 0
    private var keys: LinkedLists
    /// The lists by frequency, the first for 1, each from the least to the most recently used.
    private var ends: [UInt32] = []
    private var frequencies: [UInt32]
    /// The least frequency of any key; without meaning while there is none.
    private var least: UInt32 = 1

    init(capacity: Int, distinctKeys: Int) {
        self.capacity = capacity
        keys = LinkedLists(nodes: distinctKeys)
        frequencies = Array(repeating: 0, count: distinctKeys)
    }

    mutating func access(_ key: UInt32) -> Bool {
        let isHit = keys.isLinked(key)
        if isHit {
            let frequency = frequencies[Int(key)]
            keys.remove(key)
            if frequency == least, keys.isEmpty(end(of: frequency)) {
                least += 1
            }
            frequencies[Int(key)] = frequency + 1
        } else {
            if count == capacity {
                keys.remove(keys.first(of: end(of: least)))
            } else {
                count += 1
            }
            frequencies[Int(key)] = 1
            least = 1
        }
        keys.append(key, to: end(of: frequencies[Int(key)]))
        return isHit
    }

    private mutating func end(of frequency: UInt32) -> UInt32 {
        // Frequencies grow by one, so at most one list is missing.
        if Int(frequency) > ends.count {
            ends.append(keys.addList())
        }
        return ends[Int(frequency) - 1]
    }
}
