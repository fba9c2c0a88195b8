// SPDX-License-Identifier: Apache-2.0

public import Logging
import R3MESConcurrency
import Synchronization

/// The memory of this process over a Redis that instances share, as one cache.
///
/// ```swift
/// let users = try TieredCache(memory: memory, redis: RedisCache<User>(client, .init(namespace: "users")))
/// group.addTask { try await users.run() }
/// let user = try await users.value(forKey: wallet) { wallet in LoadedValue(try await database.user(wallet)) }
/// ```
///
/// **Coherent.** Redis tells every instance of every change (`CLIENT TRACKING`), and the instance proves several
/// times a second that messages come in time. After a change was acknowledged this instance never reads the older
/// value, and others not after the delay that the timer `r3mes_tiered_cache_invalidation_seconds` tells, at worst
/// ``Configuration/maximumDelay``. When the connection that brings messages is lost, the memory is flushed before it
/// is trusted again.
///
/// **One load.** Whoever misses a key shares the load with all others, in this process and in other instances.
///
/// **Never an error of Redis'.** Without Redis values come from the loader and stay in memory for a moment. What is
/// invalidated meanwhile is written down, and Redis is told before it is used again. Let the client's
/// `commandTimeout` be short, such as 250 ms: for so long a call may wait for a Redis that stands still.
///
/// Memory holds only what Redis holds too, since of other keys Redis tells nothing. Without ``run()`` memory isn't
/// used.
///
/// Sends metrics with the dimension `name`: that timer, `r3mes_tiered_cache_flushes_total`,
/// `r3mes_tiered_cache_redis_failures_total`, `r3mes_tiered_cache_pending_invalidations` and
/// `r3mes_tiered_cache_isolated`, which is 1 while Redis can't be reached.
public final class TieredCache<Value: Sendable>: Sendable {
    /// The memory of this process; to be used by nobody else.
    public let memory: MemoryCache<String, Value>
    /// What instances share.
    public let redis: RedisCache<Value>
    /// What the cache was made with.
    public let configuration: Configuration

    typealias Flight = MemoryCache<String, Value>.Flight

    let coherence: Coherence
    let flights: SingleFlight<String, Flight>
    let logger: Logger

    /// Makes a cache of two.
    ///
    /// - Throws: ``CacheError`` with ``CacheError/Code/invalidConfiguration``.
    public init(
        memory: MemoryCache<String, Value>,
        redis: RedisCache<Value>,
        configuration: Configuration = Configuration(),
        logger: Logger = Logger(label: "r3mes.cache")
    ) throws(CacheError) {
        try configuration.validate(memory: memory.configuration)
        self.memory = memory
        self.redis = redis
        self.configuration = configuration
        self.logger = logger
        let options = configuration.options
        coherence = Coherence(
            limits: CoherenceState.Limits(
                maximumDelay: configuration.maximumDelay.wholeNanoseconds,
                failures: options.failuresUntilIsolated,
                retryInterval: options.retryInterval.wholeNanoseconds,
                journal: options.maximumPendingInvalidations
            ),
            name: configuration.name,
            logger: logger,
            ticker: Ticker(ContinuousClock()),
            flush: { memory.removeAll() }
        )
        flights = SingleFlight(name: configuration.name)
        // Until it is known that the server tells of changes by itself.
        redis.publishes.store(configuration.coherence != .tracking, ordering: .relaxed)
    }

    /// How the cache stands with Redis.
    public var status: TieredCacheStatus { coherence.status }
}
