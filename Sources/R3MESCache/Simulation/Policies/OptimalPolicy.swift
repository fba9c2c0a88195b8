// SPDX-License-Identifier: Apache-2.0

import HeapModule

/// Drops the key that is asked for again the latest, which takes knowledge of the future: no policy hits more often.
///
/// O(log n) a request.
///
/// Belady: A study of replacement algorithms for a virtual-storage computer, IBM Systems Journal 1966 (MIN). A key that
/// would itself be the next to be dropped does not come in, for the policies that this one bounds may refuse keys too.
struct OptimalPolicy: ReplacementPolicy {
    private let capacity: Int
    private let nextRequests: [UInt32]
    private var time = 0
    private var isCached: [Bool]
    /// The next request of each cached key, with the key.
    private var cached = Heap<NextRequest>()

    /// - Parameter nextRequests: For each request the time of the next one for its key: see ``nextRequests(in:)``.
    init(capacity: Int, distinctKeys: Int, nextRequests: [UInt32]) {
        self.capacity = capacity
        self.nextRequests = nextRequests
        isCached = Array(repeating: false, count: distinctKeys)
    }

    /// Takes the keys in the order of the trace that `nextRequests` was made of.
    mutating func access(_ key: UInt32) -> Bool {
        let isHit = isCached[Int(key)]
        if isHit {
            // Of all cached keys this one is asked for next, namely now.
            cached.removeMin()
        }
        cached.insert(NextRequest(time: nextRequests[time], key: key))
        isCached[Int(key)] = true
        if cached.count > capacity {
            isCached[Int(cached.removeMax().key)] = false
        }
        time += 1
        return isHit
    }

    /// For each request the time of the next one for its key, `UInt32.max` when there is none.
    static func nextRequests(in trace: KeyTrace) -> [UInt32] {
        var times = [UInt32](repeating: .max, count: trace.count)
        var upcoming = [UInt32](repeating: .max, count: trace.distinctKeys)
        for (time, key) in trace.keys.enumerated().reversed() {
            times[time] = upcoming[Int(key)]
            upcoming[Int(key)] = UInt32(time)
        }
        return times
    }

    private struct NextRequest: Comparable {
        let time: UInt32
        let key: UInt32

        static func < (one: Self, other: Self) -> Bool {
            (one.time, one.key) < (other.time, other.key)
        }
    }
}
