// SPDX-License-Identifier: Apache-2.0

/// Drops the key that came in first, however often it was asked for since, at O(1).
struct FIFOPolicy: ReplacementPolicy {
    private let capacity: Int
    private var count = 0
    private var keys: LinkedLists
    private let end: UInt32

    init(capacity: Int, distinctKeys: Int) {
        self.capacity = capacity
        keys = LinkedLists(nodes: distinctKeys)
        end = keys.addList()
    }

    mutating func access(_ key: UInt32) -> Bool {
        guard !keys.isLinked(key) else { return true }
        if count == capacity {
            keys.remove(keys.first(of: end))
        } else {
            count += 1
        }
        keys.append(key, to: end)
        return false
    }
}
