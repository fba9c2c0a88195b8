// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency

/// A cache in the memory of this process that keeps what is most likely to be asked for again.
///
/// ```swift
/// let users = try MemoryCache<String, User>(.count(10_000))
/// let user = try await users.value(forKey: wallet) { wallet in try await database.user(wallet) }
/// ```
///
/// **What stays** is decided by an adaptive W-TinyLFU (Einziger et al., "Adaptive Software Cache Management", Middleware 2018): by how
/// often and how lately a key was asked for, in proportions that follow the load. The limit is a number of entries or a
/// sum of weights, and is held after each operation.
///
/// **Cost.** Entries are spread over shards, each with a lock that is held for some tens of nanoseconds, a few hundred if an
/// entry has to go. Reads and writes are synchronous and never wait for a load.
///
/// **Invalidation.** Entries may bear tags, and string keys may be indexed by their beginnings: ``invalidate(tag:)`` and
/// ``invalidate(matching:)`` cost what they remove. A value that was loaded before an invalidation is never stored after it.
///
/// The `==` of keys runs while a shard is locked: it must not call the cache. The weigher, the removal listener and the ends of
/// values' lives run outside the locks and may.
public final class MemoryCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// Tells what an entry counts against the limit.
    public typealias Weigher = @Sendable (Key, Value) -> Int
    /// Is told of each entry that has left, once, on the thread that removed it, after the shard's lock was released.
    ///
    /// The value is nil if what left was the memory of there being nothing.
    public typealias RemovalListener = @Sendable (_ key: Key, _ value: Value?, _ cause: RemovalCause) -> Void

    /// What the cache was made with.
    public let configuration: Configuration
    @usableFromInline let shards: Shards
    @usableFromInline let ticker: Ticker
    @usableFromInline let weigher: Weigher?
    @usableFromInline let removalListener: RemovalListener?
    @usableFromInline let absentWeight: UInt32
    @usableFromInline let tickets = TicketCounter()
    let flights: SingleFlight<Key, Flight>
    let loads = LoadCounters()
    let refreshDeadline: @Sendable () -> Deadline

    /// Makes an empty cache.
    ///
    /// - Parameters:
    ///   - configuration: How much it keeps, and for how long.
    ///   - weigher: What an entry counts; needed if the limit is a weight. What it says is taken as at least 1.
    ///   - removalListener: Who is told of removals.
    ///   - clock: The clock by which entries end.
    /// - Throws: ``CacheError/Code/invalidConfiguration``, with everything that is wrong.
    public init<C: Clock>(
        configuration: Configuration,
        weigher: Weigher? = nil,
        removalListener: RemovalListener? = nil,
        clock: C = ContinuousClock()
    ) throws(CacheError) where C.Instant == ContinuousClock.Instant {
        try configuration.validate(hasWeigher: weigher != nil, hasStringKeys: Key.self == String.self)
        self.configuration = configuration
        self.weigher = weigher
        self.removalListener = removalListener
        absentWeight = UInt32(clamping: configuration.options.absentWeight)
        flights = SingleFlight(name: configuration.name, clock: clock)
        let timeout = configuration.options.refreshTimeout
        refreshDeadline = { .after(timeout, clock: clock) }
        ticker = Ticker(clock)
        shards = Shards(configuration, notifies: removalListener != nil, now: ticker.now)
    }

    /// Makes an empty cache that has a limit and is otherwise as configured by default.
    ///
    /// - Throws: ``CacheError/Code/invalidConfiguration``.
    public convenience init(_ limit: Limit) throws(CacheError) {
        try self.init(configuration: Configuration(limit: limit))
    }

    @inlinable
    static func hash(_ key: Key) -> UInt64 {
        // Not by a Hasher of our own: for integers this is twice as fast.
        UInt64(truncatingIfNeeded: key.hashValue)
    }

    /// Tells the listener of what has left.
    @inlinable
    @inline(__always)
    func finish(_ removals: borrowing Removals<Key, Value>) {
        // Without a listener nothing is copied: counting references to what all threads use is what costs here.
        if let removalListener { Self.tell(removalListener, of: copy removals) }
    }

    @usableFromInline
    static func tell(_ removalListener: RemovalListener, of removals: Removals<Key, Value>) {
        guard let first = removals.first else { return }
        for removal in CollectionOfOne(first) + removals.rest {
            if let key = removal.key { removalListener(key, removal.value, RemovalCause(removal.cause)) }
        }
    }
}
