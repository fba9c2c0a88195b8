// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension MemoryCache {
    /// What a ``MemoryCache`` has done since it was made, and what it holds.
    public struct Statistics: Hashable, Sendable {
        /// Reads that found a value, or the memory of there being none.
        public internal(set) var hits = 0
        /// Reads that found nothing.
        public internal(set) var misses = 0
        /// Of the hits, those that found the memory of there being nothing.
        public internal(set) var absentHits = 0
        /// Loads that ended well; several keys loaded together are one load.
        public internal(set) var loads = 0
        /// Loads that threw.
        public internal(set) var failedLoads = 0
        /// The time that loads took, added up.
        public internal(set) var loadTime = Duration.zero
        /// Entries replaced by another value of the same key.
        public internal(set) var replaced = 0
        /// Entries removed or invalidated.
        public internal(set) var removed = 0
        /// Entries whose time was over.
        public internal(set) var expired = 0
        /// Entries for which there was no room.
        public internal(set) var evicted = 0
        /// Loaded values that were not stored because of an invalidation meanwhile.
        public internal(set) var refused = 0
        /// The entries there are.
        public internal(set) var count = 0
        /// What they weigh together; their number if the limit is one of entries.
        public internal(set) var weight = 0
        /// How many different tags they bear, added up over the shards.
        public internal(set) var tags = 0

        /// The part of all reads that were hits, from 0 to 1; nil before the first read.
        public var hitRatio: Double? {
            hits + misses > 0 ? Double(hits) / Double(hits + misses) : nil
        }
    }

    /// A snapshot; costs a short locked section a shard.
    public var statistics: Statistics {
        var sum = Statistics()
        for number in 0..<shards.count {
            shards[number].withLock { shard in
                let counters = shard.core.pointee.counters
                sum.hits += counters.hits
                sum.absentHits += counters.absentHits
                sum.misses += counters.misses
                sum.replaced += counters.replaced
                sum.removed += counters.removed
                sum.expired += counters.expired
                sum.evicted += counters.evicted
                sum.refused += counters.refused
                sum.count += shard.core.pointee.count
                sum.weight += shard.core.pointee.policy.weight
                sum.tags += shard.core.pointee.tags.count
            }
        }
        sum.loads = loads.succeeded.load(ordering: .relaxed)
        sum.failedLoads = loads.failed.load(ordering: .relaxed)
        sum.loadTime = .nanoseconds(loads.nanoseconds.load(ordering: .relaxed))
        return sum
    }
}
