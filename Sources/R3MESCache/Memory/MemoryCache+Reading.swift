// SPDX-License-Identifier: Apache-2.0

extension MemoryCache {
    /// What a cache knows about a key.
    public enum Lookup: Sendable {
        /// It has a value.
        case value(Value)
        /// It is known that there is nothing.
        case absent
        /// Nothing is known.
        case missing
    }

    /// The value of a key, or nil; counts as a read.
    @inlinable
    public func get(_ key: Key) -> Value? {
        let hash = Self.hash(key)
        let cell = shards.cell(hash)
        if shards.readsChange { prolong(key, hash) }
        return cell.withReadLock { shard, lane -> Value? in
            guard let slot = shard.pointee.read(key, UInt32(truncatingIfNeeded: hash), &lane, ticker) else {
                return nil
            }
            return shard.pointee.isAbsent(slot) ? nil : shard.pointee.values[Int(slot)]
        }
    }

    /// What is known about a key; counts as a read.
    @inlinable
    public func lookUp(_ key: Key) -> Lookup {
        let hash = Self.hash(key)
        let cell = shards.cell(hash)
        if shards.readsChange { prolong(key, hash) }
        return cell.withReadLock { shard, lane -> Lookup in
            guard let slot = shard.pointee.read(key, UInt32(truncatingIfNeeded: hash), &lane, ticker) else {
                return .missing
            }
            return shard.pointee.isAbsent(slot) ? .absent : .value(shard.pointee.values[Int(slot)])
        }
    }

    /// Lets an entry live longer because it is read now.
    @usableFromInline
    func prolong(_ key: Key, _ hash: UInt64) {
        shards.cell(hash).withLock { shard in
            guard let slot = shard.find(key, UInt32(truncatingIfNeeded: hash)) else { return }
            shard.core.pointee.prolong(slot, now: ticker.now)
        }
    }

    /// The value of a key, or nil; counts as nothing and leaves the order of entries as it is.
    public func peek(_ key: Key) -> Value? {
        guard case .value(let value) = peekLookup(key) else { return nil }
        return value
    }

    /// What is known about a key; counts as nothing.
    func peekLookup(_ key: Key) -> Lookup {
        let hash = Self.hash(key)
        return shards.cell(hash).withLock { shard -> Lookup in
            guard
                let slot = shard.find(key, UInt32(truncatingIfNeeded: hash)),
                !shard.core.pointee.isExpired(slot, now: shard.now(ticker))
            else { return .missing }
            return shard.core.pointee.nodes[slot].isAbsent ? .absent : .value(shard.values[Int(slot)])
        }
    }

    /// How many entries there are; those whose time is over count until they are removed.
    ///
    /// Costs a short locked section a shard.
    public var count: Int {
        (0..<shards.count).reduce(0) { count, number in
            count + shards[number].withLock { $0.core.pointee.count }
        }
    }

    /// The keys most worth keeping, hottest first: those asked for most often of late, and of these the latest.
    ///
    /// Good for loading them first after a restart. Looks at every entry, one locked shard after the other.
    public func hottestKeys(limit: Int) -> [Key] {
        var found: [(key: Key, heat: Int)] = []
        for number in 0..<shards.count {
            shards[number].withLock { shard in
                for slot in shard.core.pointee.slotsByHeat(limit: limit, now: shard.now(ticker)) {
                    found.append((shard.keys[Int(slot.slot)], slot.heat))
                }
            }
        }
        // Stable, so that within a shard the order of use decides between equals.
        found.sort { $0.heat > $1.heat }
        return found.prefix(max(0, limit)).map(\.key)
    }
}
