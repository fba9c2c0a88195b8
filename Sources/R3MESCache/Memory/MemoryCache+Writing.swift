// SPDX-License-Identifier: Apache-2.0

extension MemoryCache {
    /// Stores a value.
    ///
    /// A value that weighs more than a shard's part of the limit is not kept: it is evicted at once. Weights above 2^32 - 1 count
    /// as that.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - key: Its key, whose former value it replaces.
    ///   - tags: The names by which ``invalidate(tag:)`` finds it.
    ///   - lifetime: How long it lives; nil for as long as configured.
    @inlinable
    public func set(_ value: Value, forKey key: Key, tags: [String] = [], expiresAfter lifetime: Duration? = nil) {
        store(value, forKey: key, tags: tags, lifetime: lifetime?.wholeNanoseconds, readAt: nil)
    }

    /// Stores a value that was read at a moment, unless what it was read from may have changed since.
    ///
    /// For those who load by themselves: they take the ``ticket()``, then read, then store.
    ///
    /// - Returns: False if the key, one of the tags, a pattern that matches the key, or everything was written, removed or
    ///   invalidated after the ticket was taken; then nothing is stored.
    @inlinable
    @discardableResult
    public func set(
        _ value: Value,
        forKey key: Key,
        tags: [String] = [],
        expiresAfter lifetime: Duration? = nil,
        readAt ticket: ReadTicket
    ) -> Bool {
        store(value, forKey: key, tags: tags, lifetime: lifetime?.wholeNanoseconds, readAt: ticket.number)
    }

    /// A moment before a read from where values come from.
    ///
    /// Costs one atomic addition.
    public func ticket() -> ReadTicket {
        ReadTicket(number: tickets.next())
    }

    /// Removes the entry of a key.
    ///
    /// - Returns: Its value, if it had one whose time was not over.
    @discardableResult
    public func remove(_ key: Key) -> Value? {
        let hash = Self.hash(key)
        var removals = Removals<Key, Value>()
        shards.cell(hash).withLock { shard in
            shard.remove(key, UInt32(truncatingIfNeeded: hash), ticker, tickets.last, into: &removals)
        }
        finish(removals)
        return removals.first?.cause == .removed ? removals.first?.value : nil
    }

    /// Removes all entries, one locked shard after the other, and refuses those that are being loaded.
    public func removeAll() {
        for number in 0..<shards.count {
            var removals = Removals<Key, Value>()
            shards[number].withLock { shard in
                shard.core.pointee.noteAll(tickets.last)
                shard.removeAll(ticker, into: &removals)
            }
            finish(removals)
        }
    }

    /// Removes the entries whose time is over; without this they go, bit by bit, as others are written.
    ///
    /// Costs what it removes; no shard is locked for more than a few hundred entries at a time.
    public func removeExpired() {
        for number in 0..<shards.count {
            var isDone = false
            while !isDone {
                var removals = Removals<Key, Value>()
                shards[number].withLock { shard in
                    shard.takeExpired(now: ticker.now, attempts: 256, into: &removals)
                    isDone = !shard.core.pointee.hasPendingExpiry
                }
                finish(removals)
            }
        }
    }

    /// Stores a value, or with nil that there is none, unless it was read before an invalidation.
    @inlinable
    @discardableResult
    func store(_ value: Value?, forKey key: Key, tags: [String], lifetime: Int64?, readAt ticket: UInt64?) -> Bool {
        let hash = Self.hash(key)
        let item = Shard.Item(
            key: key,
            hash: UInt32(truncatingIfNeeded: hash),
            value: value,
            weight: weight(of: value, forKey: key),
            tags: tags,
            lifetime: lifetime
        )
        var removals = Removals<Key, Value>()
        let isStored = shards.cell(hash).withLock { shard in
            if let ticket {
                guard !shard.isStale(key, item.hash, tags, ticket) else {
                    shard.core.pointee.counters.refused += 1
                    return false
                }
            } else {
                shard.core.pointee.note(key: item.hash, tickets.last)
            }
            shard.store(item, ticker, into: &removals)
            return true
        }
        finish(removals)
        return isStored
    }

    @inlinable
    func weight(of value: Value?, forKey key: Key) -> UInt32 {
        guard let value else { return absentWeight }
        guard let weigher else { return 1 }
        return UInt32(clamping: max(1, weigher(key, value)))
    }
}
