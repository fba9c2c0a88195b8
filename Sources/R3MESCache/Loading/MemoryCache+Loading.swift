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
        if let value = try await self.load(key, acceptsAbsent: false, loader) { return value }
        // Joined a load that may find nothing, and did: that is no answer here.
        let ticket = ticket()
        let value = try await loads.count(ticker) { try await load(key) }
        set(value, forKey: key, readAt: ticket)
        return value
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
        case .missing: try await self.load(key, acceptsAbsent: true, load)
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
            let flights = try await flights.run(keys: missing) { [self] in try await fly($0, ticket, load) }
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
