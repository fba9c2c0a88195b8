// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// A cache in Redis that instances share.
///
/// ```swift
/// let users = try RedisCache<User>(redis, .init(namespace: "users"))
/// let user = try await users.value(forKey: wallet) { wallet in
///     LoadedValue(try await database.user(wallet), tags: ["wallet:\(wallet)"])
/// }
/// ```
///
/// - Values are bytes, by JSON or a codec of yours, compressed from a size on. What can't be read is a miss.
/// - Tags are kept with the entries, atomically. ``invalidate(tag:)`` costs what it removes,
///   ``invalidate(matching:)`` a look at every key of the server, both in steps between which others are served.
/// - A value that was loaded before an invalidation is not stored after it, whichever instance loads and whichever
///   invalidates.
/// - Whoever misses a key that another instance is loading waits for it: one load, not one for each instance.
///
/// Everything here throws what ``RedisClient`` throws; a ``TieredCache`` never does. A schema version or a namespace
/// is a cache of its own.
///
/// Sends metrics with the dimension `name`, the namespace: `r3mes_redis_cache_hits_total`, `…_misses_total`,
/// `…_undecodable_total`, `…_stores_total`, `…_refused_total` and `…_lease_waits_total`.
public final class RedisCache<Value: Sendable>: Sendable {
    /// What the cache was made with.
    public let configuration: Configuration
    /// The client by which it speaks to Redis.
    public let client: RedisClient

    let codec: CacheCodec<Value>
    let keys: CacheKeys
    let metrics: RedisCacheMetrics
    /// Whether each change is published as well.
    let publishes: Atomic<Bool>
    let window: Int64

    /// Makes a cache on a client, which must outlive it.
    ///
    /// - Throws: ``CacheError`` with ``CacheError/Code/invalidConfiguration``.
    public init(
        _ client: RedisClient,
        _ configuration: Configuration,
        codec: CacheCodec<Value>
    ) throws(CacheError) {
        try configuration.validate()
        self.client = client
        self.configuration = configuration
        self.codec = codec
        keys = CacheKeys(namespace: configuration.namespace, schemaVersion: configuration.schemaVersion)
        metrics = RedisCacheMetrics(name: configuration.namespace)
        publishes = Atomic(configuration.options.publishesChanges)
        window = configuration.maximumLoadTime.wholeNanoseconds / 1000
    }

    /// Makes a cache of values that become JSON.
    ///
    /// - Throws: ``CacheError`` with ``CacheError/Code/invalidConfiguration``.
    public convenience init(
        _ client: RedisClient,
        _ configuration: Configuration
    ) throws(CacheError) where Value: Codable {
        try self.init(client, configuration, codec: .json)
    }

    /// The channel to publish changes on; empty for not at all.
    var announcement: String {
        publishes.load(ordering: .relaxed) ? keys.channel : ""
    }
}

/// The metrics of a cache in Redis.
struct RedisCacheMetrics: Sendable {
    let hits: Counter
    let misses: Counter
    let undecodable: Counter
    let stores: Counter
    let refused: Counter
    let leaseWaits: Counter

    init(name: String) {
        func counter(_ event: String) -> Counter {
            Counter(label: "r3mes_redis_cache_\(event)_total", dimensions: [("name", name)])
        }
        hits = counter("hits")
        misses = counter("misses")
        undecodable = counter("undecodable")
        stores = counter("stores")
        refused = counter("refused")
        leaseWaits = counter("lease_waits")
    }
}
