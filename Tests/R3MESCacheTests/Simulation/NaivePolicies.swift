// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache

/// The policies once more, as plainly as their definitions read: arrays that are searched through.
enum NaivePolicies {
    static func hits(_ policy: SimulationPolicy, _ keys: [UInt32], capacity: Int) -> [Bool] {
        switch policy {
        case .lru: lru(keys, capacity)
        case .fifo: fifo(keys, capacity)
        case .lfu: lfu(keys, capacity)
        case .sieve: sieve(keys, capacity)
        default: optimal(keys, capacity)
        }
    }

    private static func lru(_ keys: [UInt32], _ capacity: Int) -> [Bool] {
        var cache: [UInt32] = []
        return keys.map { key in
            let place = cache.firstIndex(of: key)
            if let place { cache.remove(at: place) }
            cache = (cache + [key]).suffix(capacity)
            return place != nil
        }
    }

    private static func fifo(_ keys: [UInt32], _ capacity: Int) -> [Bool] {
        var cache: [UInt32] = []
        return keys.map { key in
            if cache.contains(key) { return true }
            cache = (cache + [key]).suffix(capacity)
            return false
        }
    }

    private static func lfu(_ keys: [UInt32], _ capacity: Int) -> [Bool] {
        var cache: [(key: UInt32, frequency: Int, lastUse: Int)] = []
        return keys.enumerated().map { time, key in
            if let place = cache.firstIndex(where: { $0.key == key }) {
                cache[place] = (key, cache[place].frequency + 1, time)
                return true
            }
            cache.sort { ($0.frequency, $0.lastUse) > ($1.frequency, $1.lastUse) }
            cache = cache.prefix(capacity - 1) + [(key, 1, time)]
            return false
        }
    }

    /// Algorithm 1 of the paper line by line: objects come in at the head, and the hand goes from the tail to it.
    private static func sieve(_ keys: [UInt32], _ capacity: Int) -> [Bool] {
        var queue: [(key: UInt32, isVisited: Bool)] = []
        var hand: UInt32?
        return keys.map { key in
            if let place = queue.firstIndex(where: { $0.key == key }) {
                queue[place].isVisited = true
                return true
            }
            if queue.count == capacity {
                var object = queue.firstIndex { $0.key == hand } ?? queue.count - 1
                while queue[object].isVisited {
                    queue[object].isVisited = false
                    object = object > 0 ? object - 1 : queue.count - 1
                }
                hand = object > 0 ? queue[object - 1].key : nil
                queue.remove(at: object)
            }
            queue.insert((key, false), at: 0)
            return false
        }
    }

    private static func optimal(_ keys: [UInt32], _ capacity: Int) -> [Bool] {
        var cache: [UInt32] = []
        return keys.enumerated().map { time, key in
            let isHit = cache.contains(key)
            if !isHit { cache.append(key) }
            if cache.count > capacity {
                let future = keys[(time + 1)...]
                cache.sort { one, other in
                    // Of keys that do not come again the largest goes.
                    (future.firstIndex(of: one) ?? .max, one) < (future.firstIndex(of: other) ?? .max, other)
                }
                cache.removeLast()
            }
            return isHit
        }
    }
}
