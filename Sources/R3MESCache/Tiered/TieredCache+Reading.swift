// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency

extension TieredCache {
    /// The value of a key; nil if neither tier has one.
    public func get(_ key: String) async -> Value? {
        switch fromMemory(key) {
        case .value(let value): return value
        case .absent: return nil
        case .missing: break
        }
        let path = coherence.path
        guard path != .isolated else { return nil }
        let ticket = memory.ticket()
        do {
            let entry = try await redis.lookUp(key)
            coherence.succeed()
            if let entry, path != .blind { keep(entry.loaded, forKey: key, ticket) }
            return entry?.value
        } catch {
            fail(error)
            return nil
        }
    }

    /// The value of a key, loaded if neither tier has it; nil if there is none.
    ///
    /// Callers who miss the same key at the same time share one load, also those of other instances. A load that
    /// fails is not stored: all in this process who wait for it get its error. A caller that is cancelled leaves at
    /// once; the load is cancelled when the last one has left.
    ///
    /// A value that was read before an invalidation is not stored after it, and no caller here that came after the
    /// invalidation gets it. That there is none is remembered for ``RedisCache/Configuration/expireAbsentAfter``.
    ///
    /// - Throws: What the loader throws; `CancellationError`; `ConcurrencyError` at the caller's `Deadline`, or if a
    ///   loader asks for the key that it is loading.
    public func value(
        forKey key: String,
        load: @escaping @Sendable (String) async throws -> LoadedValue<Value>
    ) async throws -> Value? {
        switch fromMemory(key) {
        case .value(let value): return value
        case .absent: return nil
        case .missing: break
        }
        let ticket = memory.ticket()
        let first = try await flight(key, ticket, load)
        guard first.ticket != ticket.number, memory.isStale(first, forKey: key) else { return first.loaded.value }
        // It began before an invalidation, and this caller may have come after that: the next one begins after both.
        return try await flight(key, memory.ticket(), load).loaded.value
    }

    /// What memory knows, if it may be asked.
    func fromMemory(_ key: String) -> MemoryCache<String, Value>.Lookup {
        if coherence.isTrusted { return memory.lookUp(key) }
        return coherence.path == .isolated ? memory.lookUp(key) : .missing
    }

    private func flight(
        _ key: String,
        _ ticket: ReadTicket,
        _ load: @escaping @Sendable (String) async throws -> LoadedValue<Value>
    ) async throws -> Flight {
        try await flights.run(key) { [self] in
            // Another flight may have landed since the caller looked.
            if coherence.isTrusted, case .value(let value) = memory.peekLookup(key) {
                return Flight(loaded: LoadedValue(value), ticket: ticket.number, isFromCache: true)
            }
            return Flight(loaded: try await fly(key, ticket, load), ticket: ticket.number)
        }
    }

    private func fly(
        _ key: String,
        _ ticket: ReadTicket,
        _ load: @Sendable (String) async throws -> LoadedValue<Value>
    ) async throws -> LoadedValue<Value> {
        // As things stand before anything is read: a flush that comes later refuses what is kept.
        let path = coherence.path
        guard path != .isolated else {
            recoverInBackground()
            return try await loadAlone(key, ticket, load)
        }
        do {
            switch try await redis.fetch(key, load: load) {
            case .found(let entry):
                coherence.succeed()
                if path != .blind { keep(entry.loaded, forKey: key, ticket) }
                return entry.loaded
            case .loaded(let loaded, .stored):
                coherence.succeed()
                if path != .blind { keep(loaded, forKey: key, ticket) }
                return loaded
            case .loaded(let loaded, .refused):
                coherence.succeed()
                return loaded
            case .loaded(let loaded, .failed(let error)):
                fail(error)
                return loaded
            }
        } catch let error as BeforeLoad {
            fail(error.error)
            return try await load(key)
        }
    }

    /// Loads without Redis.
    private func loadAlone(
        _ key: String,
        _ ticket: ReadTicket,
        _ load: @Sendable (String) async throws -> LoadedValue<Value>
    ) async throws -> LoadedValue<Value> {
        let loaded = try await load(key)
        guard loaded.value != nil, configuration.isolatedLifetime > .zero else { return loaded }
        var short = loaded
        short.expiresAfter = min(loaded.expiresAfter ?? configuration.isolatedLifetime, configuration.isolatedLifetime)
        keep(short, forKey: key, ticket)
        return loaded
    }

    /// Keeps in memory what Redis holds too.
    func keep(_ loaded: LoadedValue<Value>, forKey key: String, _ ticket: ReadTicket) {
        let inRedis =
            loaded.expiresAfter ?? (loaded.value == nil ? redis.configuration.expireAbsentAfter : nil)
            ?? redis.configuration.expireAfterWrite
        let lifetime = min(inRedis, configuration.memoryLifetime ?? inRedis)
        memory.store(
            loaded.value,
            forKey: key,
            tags: loaded.tags,
            lifetime: lifetime.wholeNanoseconds,
            readAt: ticket.number
        )
    }

    /// Takes note of a failure that is Redis', not that of a caller who left, or of a value that can't be stored.
    func fail(_ error: any Error) {
        guard let error = error as? CacheError, error.code != .valueRefused else { return }
        // A caller's own deadline says nothing of Redis.
        if error.code == .deadlineExceeded, Deadline.current != nil { return }
        coherence.failRead()
    }
}
