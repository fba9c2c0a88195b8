// SPDX-License-Identifier: Apache-2.0

/// A queue with a hand that goes from old keys to new ones, spares those asked for since it last passed, and drops the
/// first of the others.
///
/// O(1) a request, averaged.
///
/// Zhang, Yang, Yue, Vigfusson, Rashmi: SIEVE is Simpler than LRU, NSDI 2024, algorithm 1.
struct SIEVEPolicy: ReplacementPolicy {
    private let capacity: Int
    private var count = 0
    /// From the oldest to the newest.
    private var keys: LinkedLists
    private let end: UInt32
    private var isVisited: [Bool]
    /// Where the search goes on; the end of the queue when it begins anew.
    private var hand: UInt32

    init(capacity: Int, distinctKeys: Int) {
        self.capacity = capacity
        keys = LinkedLists(nodes: distinctKeys)
        end = keys.addList()
        hand = end
        isVisited = Array(repeating: false, count: distinctKeys)
    }

    mutating func access(_ key: UInt32) -> Bool {
        guard !keys.isLinked(key) else {
            isVisited[Int(key)] = true
            return true
        }
        if count == capacity {
            evict()
        } else {
            count += 1
        }
        isVisited[Int(key)] = false
        keys.append(key, to: end)
        return false
    }

    private mutating func evict() {
        var candidate = hand == end ? keys.first(of: end) : hand
        while isVisited[Int(candidate)] {
            isVisited[Int(candidate)] = false
            candidate = keys.node(after: candidate)
            if candidate == end {
                candidate = keys.first(of: end)
            }
        }
        hand = keys.node(after: candidate)
        keys.remove(candidate)
    }
}
