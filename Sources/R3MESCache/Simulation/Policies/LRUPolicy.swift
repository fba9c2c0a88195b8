// SPDX-License-Identifier: Apache-2.0

/// Drops the key that was not asked for the longest, at O(1).
struct LRUPolicy: ReplacementPolicy {
    private let capacity: Int
    private var count = 0
    /// From the least to the most recently used.
    private var keys: LinkedLists
    private let end: UInt32

    init(capacity: Int, distinctKeys: Int) {
        self.capacity = capacity
        keys = LinkedLists(nodes: distinctKeys)
        end = keys.addList()
    }

    mutating func access(_ key: UInt32) -> Bool {
        let isHit = keys.isLinked(key)
        if isHit {
            keys.remove(key)
        } else if count == capacity {
            keys.remove(keys.first(of: end))
        } else {
            count += 1
        }
        keys.append(key, to: end)
        return isHit
    }
}
