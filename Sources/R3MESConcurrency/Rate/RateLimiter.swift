// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// A rate limit for each of millions of keys, in bounded memory, by ``GCRA``.
///
/// Keys are kept as 64-bit hashes with a seed of the process's own: no key stays in memory, and of ten million keys two
/// share a limit with a probability of 3 in a million. A key that has its full burst takes no room. When there is no
/// room, the key that is nearest to having its full burst is forgotten and gets it early; a throttled key is the last
/// to be forgotten.
///
/// A decision costs one hash and one short locked section of one of several shards.
public final class RateLimiter<Key: Hashable & Sendable>: RateLimiting {
    private let algorithm: GCRA
    private let shards: [RateShard]
    private let time: TimeSource
    private let start: Moment
    private let allowedCounter: Counter
    private let deniedCounter: Counter

    /// Makes a limiter in which every key has its full burst.
    ///
    /// - Throws: ``ConcurrencyError/Code/invalidConfiguration``.
    public init<C: Clock>(
        configuration: Configuration,
        clock: C = ContinuousClock()
    ) throws(ConcurrencyError) where C.Instant == ContinuousClock.Instant {
        try configuration.validate()
        algorithm = try GCRA(configuration.limit)
        let shardCount = configuration.maximumKeys < 4096 ? 1 : 32
        let entries = configuration.maximumKeys / shardCount + 1
        shards = (0..<shardCount).map { _ in RateShard(maximumEntries: entries) }
        time = TimeSource(clock)
        start = time.now
        let dimensions = [("name", configuration.name)]
        allowedCounter = Counter(label: "r3mes_rate_limiter_allowed_total", dimensions: dimensions)
        deniedCounter = Counter(label: "r3mes_rate_limiter_denied_total", dimensions: dimensions)
    }

    /// Takes `cost` units for the key if its limit allows.
    ///
    /// - Parameters:
    ///   - key: What has a limit of its own.
    ///   - cost: How many units to take. Below 0 counts as 0, which takes nothing and tells how things stand.
    public func allow(_ key: Key, cost: Int = 1) -> RateDecision {
        var hasher = Hasher()
        hasher.combine(key)
        let hash = max(UInt64(truncatingIfNeeded: hasher.finalize()), 1)
        // The tables know only positive times.
        let now = start.duration(to: time.now).wholeNanoseconds + 1
        let shard = shards[Int(truncatingIfNeeded: hash >> 58) & (shards.count - 1)]
        let decision = shard.decide(algorithm, hash: hash, cost: cost, now: now)
        (decision.isAllowed ? allowedCounter : deniedCounter).increment()
        return decision
    }
}

/// One part of a limiter's table; not generic, so that no decision has to look up the layout of its types.
private final class RateShard: Sendable {
    struct State {
        var table: RateTable
        var allowed = 0
        var denied = 0
    }

    let state: Mutex<State>

    init(maximumEntries: Int) {
        state = Mutex(State(table: RateTable(maximumEntries: maximumEntries)))
    }

    func decide(_ algorithm: GCRA, hash: UInt64, cost: Int, now: Int64) -> RateDecision {
        state.withLock { state in
            let decision = state.table.withArrival(of: hash, now: now) { arrival in
                algorithm.decide(cost: cost, arrival: &arrival, now: now)
            }
            if decision.isAllowed {
                state.allowed += 1
            } else {
                state.denied += 1
            }
            return decision
        }
    }
}

extension RateLimiter {
    /// What a ``RateLimiter`` has done, summed over its shards one after the other.
    public struct Statistics: Hashable, Sendable {
        /// How many requests were allowed.
        public internal(set) var allowed = 0
        /// How many requests were denied.
        public internal(set) var denied = 0
        /// How many keys were forgotten before they had their full burst again, for want of room.
        ///
        /// If this rises, ``RateLimiter/Configuration/maximumKeys`` is too low for the traffic.
        public internal(set) var evicted = 0
        /// How many keys the memory taken so far has room for.
        public internal(set) var capacity = 0
    }

    /// A snapshot; costs one short locked section a shard.
    public var statistics: Statistics {
        var statistics = Statistics()
        for shard in shards {
            shard.state.withLock { state in
                statistics.allowed += state.allowed
                statistics.denied += state.denied
                statistics.evicted += state.table.evictions
                statistics.capacity += state.table.capacity
            }
        }
        return statistics
    }
}
