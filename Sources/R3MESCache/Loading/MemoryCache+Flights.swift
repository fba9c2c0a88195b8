// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import Synchronization

extension MemoryCache {
    /// The result of a load, and when it began.
    struct Flight: Sendable {
        let loaded: LoadedValue<Value>
        let ticket: UInt64
        /// True if it was in the cache by then: its tags are not known, so nobody can tell whether it is stale.
        var isFromCache = false
    }

    /// Looks a key up, and begins to load it anew if it has reached the age for that.
    func getForLoading(
        _ key: Key,
        load: @escaping @Sendable (Key) async throws -> LoadedValue<Value>
    ) -> Lookup {
        guard configuration.refreshAfterWrite != nil else { return lookUp(key) }
        let lookup = lookUp(key)
        guard case .value = lookup else { return lookup }
        let hash = Self.hash(key)
        let isDue = shards.cell(hash).withReadLock { shard, _ in
            shard.pointee.find(key, UInt32(truncatingIfNeeded: hash)).map {
                shard.pointee.core.pointee.isDue($0, now: ticker.now)
            } ?? false
        }
        guard isDue else { return lookup }
        let begins = shards.cell(hash).withLock { shard in
            guard let slot = shard.find(key, UInt32(truncatingIfNeeded: hash)) else { return false }
            return shard.core.pointee.beginRefresh(slot, now: ticker.now)
        }
        if begins { refresh(key, load) }
        return lookup
    }

    /// Loads a key in the background, for nobody: neither the deadline nor the cancellation of who noticed counts.
    private func refresh(_ key: Key, _ load: @escaping @Sendable (Key) async throws -> LoadedValue<Value>) {
        Task.detached { [self] in
            // Failed, it leaves the old value in place; `loads` has counted it.
            _ = try? await withDeadline(refreshDeadline()) {
                let ticket = tickets.next()
                return try await flights.run(key) { [self] in try await fly(key, ticket, load) }
            }
            endRefresh(of: key)
        }
    }

    /// Loads a key together with all who want it at the same time.
    func load(
        _ key: Key,
        acceptsAbsent: Bool,
        _ load: @escaping @Sendable (Key) async throws -> LoadedValue<Value>
    ) async throws -> Value? {
        let ticket = tickets.next()
        let first = try await flight(key, ticket, acceptsAbsent, load)
        guard first.ticket != ticket, isStale(first, forKey: key) else { return first.loaded.value }
        // It began before an invalidation, and this caller may have come after that: the next one begins after both.
        return try await flight(key, tickets.next(), acceptsAbsent, load).loaded.value
    }

    /// Joins the load of a key, or begins it unless another has ended since the caller looked.
    private func flight(
        _ key: Key,
        _ ticket: UInt64,
        _ acceptsAbsent: Bool,
        _ load: @escaping @Sendable (Key) async throws -> LoadedValue<Value>
    ) async throws -> Flight {
        try await flights.run(key) { [self] in
            switch peekLookup(key) {
            case .value(let value): Flight(loaded: LoadedValue(value), ticket: ticket, isFromCache: true)
            case .absent where acceptsAbsent: Flight(loaded: LoadedValue(nil), ticket: ticket, isFromCache: true)
            case .absent, .missing: try await fly(key, ticket, load)
            }
        }
    }

    private func fly(
        _ key: Key,
        _ ticket: UInt64,
        _ load: @escaping @Sendable (Key) async throws -> LoadedValue<Value>
    ) async throws -> Flight {
        let loaded = try await loads.count(ticker) { try await load(key) }
        let flight = Flight(loaded: loaded, ticket: ticket)
        keep(flight, forKey: key)
        return flight
    }

    /// Loads several keys at once, but for those that others have loaded since the caller looked.
    func fly(
        _ keys: [Key],
        _ ticket: UInt64,
        _ load: @escaping @Sendable ([Key]) async throws -> [Key: Value]
    ) async throws -> [Key: Flight] {
        var flights: [Key: Flight] = [:]
        for key in keys {
            switch peekLookup(key) {
            case .value(let value):
                flights[key] = Flight(loaded: LoadedValue(value), ticket: ticket, isFromCache: true)
            case .absent: flights[key] = Flight(loaded: LoadedValue(nil), ticket: ticket, isFromCache: true)
            case .missing: break
            }
        }
        let missing = keys.filter { flights[$0] == nil }
        guard !missing.isEmpty else { return flights }
        let loaded = try await loads.count(ticker) { try await load(missing) }
        for key in missing {
            let flight = Flight(loaded: LoadedValue(loaded[key]), ticket: ticket)
            keep(flight, forKey: key)
            flights[key] = flight
        }
        return flights
    }

    func isStale(_ flight: Flight, forKey key: Key) -> Bool {
        let hash = Self.hash(key)
        return flight.isFromCache
            || shards.cell(hash).withLock { shard in
                shard.isStale(key, UInt32(truncatingIfNeeded: hash), flight.loaded.tags, flight.ticket)
            }
    }

    private func keep(_ flight: Flight, forKey key: Key) {
        let loaded = flight.loaded
        let lifetime = loaded.expiresAfter?.wholeNanoseconds
        if loaded.value != nil || configuration.expireAbsentAfter != nil {
            store(loaded.value, forKey: key, tags: loaded.tags, lifetime: lifetime, readAt: flight.ticket)
            return
        }
        let hash = Self.hash(key)
        var removals = Removals<Key, Value>()
        shards.cell(hash).withLock { shard in
            shard.removeVanished(
                key,
                UInt32(truncatingIfNeeded: hash),
                ticker,
                readAt: flight.ticket,
                into: &removals
            )
        }
        finish(removals)
    }

    private func endRefresh(of key: Key) {
        let hash = Self.hash(key)
        shards.cell(hash).withLock { shard in
            if let slot = shard.find(key, UInt32(truncatingIfNeeded: hash)) {
                shard.core.pointee.endRefresh(slot, now: ticker.now)
            }
        }
    }
}
