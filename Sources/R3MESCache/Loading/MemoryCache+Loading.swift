// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import Synchronization

extension MemoryCache {
    /// The value of a key, loaded if the cache does not have it.
    ///
    /// Callers who miss the same key at the same time share one load. A load that fails is not stored: all who wait for it get
    /// its error, and the next caller loads anew. A caller that is cancelled leaves at once; the load is cancelled when
    /// the last one has left.
    ///
    /// A value that was read before an invalidation is not stored after it, and no caller that came after the invalidation
    /// gets it.
    ///
    /// - Throws: What the loader throws; `CancellationError`; `ConcurrencyError` at the caller's `Deadline`, or if a loader
    ///   asks for the key that it is loading.
    public func value(
        forKey key: Key,
        load: @escaping @Sendable (Key) async throws -> Value
    ) async throws -> Value {
        let loader: @Sendable (Key) async throws -> LoadedValue<Value> = { LoadedValue(try await load($0)) }
        if case .value(let value) = getForLoading(key, load: loader) { return value }
        if let value = try await self.load(key, loader) { return value }
        // Joined a load that may find nothing, and did: that is no answer here.
        return try await load(key)
    }

    /// The value of a key, loaded if the cache does not have it, or nil if there is none.
    ///
    /// That there is none is remembered for ``Configuration/expireAbsentAfter``. Otherwise as with a loader
    /// that always finds one.
    public func value(
        forKey key: Key,
        load: @escaping @Sendable (Key) async throws -> Value?
    ) async throws -> Value? {
        try await value(forKey: key) { key -> LoadedValue<Value> in LoadedValue(try await load(key)) }
    }

    /// The value of a key, loaded if the cache does not have it, by a loader that also says its tags or lifetime.
    ///
    /// Otherwise as the other two.
    public func value(
        forKey key: Key,
        load: @escaping @Sendable (Key) async throws -> LoadedValue<Value>
    ) async throws -> Value? {
        switch getForLoading(key, load: load) {
        case .value(let value): value
        case .absent: nil
        case .missing: try await self.load(key, load)
        }
    }

    /// The values of several keys; those that the cache does not have are loaded together.
    ///
    /// Keys that somebody is loading already are waited for and not loaded again. Keys without a value are missing in the
    /// result, and remembered for ``Configuration/expireAbsentAfter``.
    ///
    /// - Parameters:
    ///   - keys: The keys; each counts once.
    ///   - load: Loads the values of the keys given to it; those without a value are left out.
    /// - Throws: As ``value(forKey:load:)``; then nothing is stored.
    public func values(
        forKeys keys: some Sequence<Key>,
        load: @escaping @Sendable ([Key]) async throws -> [Key: Value]
    ) async throws -> [Key: Value] {
        var values: [Key: Value] = [:]
        var missing: [Key] = []
        for key in Set(keys) {
            switch lookUp(key) {
            case .value(let value): values[key] = value
            case .absent: break
            case .missing: missing.append(key)
            }
        }
        // Twice at most: what the second round waits for began after this call.
        for round in 0..<2 where !missing.isEmpty {
            let ticket = tickets.next()
            let flights = try await flights.run(keys: missing) { [self] keys in
                let loaded = try await loads.count(ticker) { try await load(keys) }
                var flights: [Key: Flight] = [:]
                for key in keys {
                    let flight = Flight(loaded: LoadedValue(loaded[key]), ticket: ticket)
                    keep(flight, forKey: key)
                    flights[key] = flight
                }
                return flights
            }
            missing = []
            for (key, flight) in flights {
                if round == 0, flight.ticket != ticket, isStale(flight, forKey: key) {
                    missing.append(key)
                } else {
                    values[key] = flight.loaded.value
                }
            }
        }
        return values
    }
}

extension MemoryCache {
    /// The result of a load, and when it began.
    struct Flight: Sendable {
        let loaded: LoadedValue<Value>
        let ticket: UInt64
    }

    /// Looks a key up, and begins to load it anew if it has reached the age for that.
    private func getForLoading(
        _ key: Key,
        load: @escaping @Sendable (Key) async throws -> LoadedValue<Value>
    ) -> Lookup {
        guard configuration.refreshAfterWrite != nil else { return lookUp(key) }
        let hash = Self.hash(key)
        let (lookup, isDue) = shards.cell(hash).pointee.withLock { shard -> (Lookup, Bool) in
            guard let slot = shard.read(key, UInt32(truncatingIfNeeded: hash), ticker) else { return (.missing, false) }
            guard !shard.core.pointee.nodes[slot].isAbsent else { return (.absent, false) }
            return (.value(shard.values[Int(slot)]), shard.core.pointee.beginRefresh(slot, now: ticker.now))
        }
        if isDue {
            Task {
                let ticket = tickets.next()
                // Failed, it leaves the old value in place; `loads` has counted it.
                _ = try? await flights.run(key) { [self] in try await fly(key, ticket, load) }
                endRefresh(of: key)
            }
        }
        return lookup
    }

    /// Loads a key together with all who want it at the same time.
    private func load(
        _ key: Key,
        _ load: @escaping @Sendable (Key) async throws -> LoadedValue<Value>
    ) async throws -> Value? {
        let ticket = tickets.next()
        let first = try await flights.run(key) { [self] in
            // Somebody else's load may have ended between the look and this one.
            if let value = peek(key) { return Flight(loaded: LoadedValue(value), ticket: ticket) }
            return try await fly(key, ticket, load)
        }
        guard first.ticket != ticket, isStale(first, forKey: key) else { return first.loaded.value }
        // It began before an invalidation, and this caller may have come after that: the next load is new enough.
        let again = tickets.next()
        return try await flights.run(key) { [self] in try await fly(key, again, load) }.loaded.value
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

    private func keep(_ flight: Flight, forKey key: Key) {
        let loaded = flight.loaded
        let lifetime = loaded.expiresAfter?.wholeNanoseconds
        if loaded.value != nil || configuration.expireAbsentAfter != nil {
            store(loaded.value, forKey: key, tags: loaded.tags, lifetime: lifetime, readAt: flight.ticket)
        } else if !isStale(flight, forKey: key) {
            remove(key)
        }
    }

    private func isStale(_ flight: Flight, forKey key: Key) -> Bool {
        let hash = Self.hash(key)
        return shards.cell(hash).pointee.withLock { shard in
            shard.isStale(key, UInt32(truncatingIfNeeded: hash), flight.loaded.tags, flight.ticket)
        }
    }

    private func endRefresh(of key: Key) {
        let hash = Self.hash(key)
        shards.cell(hash).pointee.withLock { shard in
            if let slot = shard.find(key, UInt32(truncatingIfNeeded: hash)) {
                shard.core.pointee.endRefresh(slot, now: ticker.now)
            }
        }
    }
}
