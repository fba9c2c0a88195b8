// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency

extension TieredCache {
    /// The values of several keys; those that neither tier has are loaded together.
    ///
    /// Keys that somebody here is loading already are waited for; other instances may load some of them too. Keys
    /// without a value are missing in the result.
    ///
    /// - Parameters:
    ///   - keys: The keys; each counts once.
    ///   - load: Loads the values of the keys given to it; those without a value are left out.
    /// - Throws: As ``value(forKey:load:)``.
    public func values(
        forKeys keys: some Sequence<String>,
        load: @escaping @Sendable ([String]) async throws -> [String: LoadedValue<Value>]
    ) async throws -> [String: Value] {
        var values: [String: Value] = [:]
        var missing: [String] = []
        for key in Set(keys) {
            switch fromMemory(key) {
            case .value(let value): values[key] = value
            case .absent: break
            case .missing: missing.append(key)
            }
        }
        // Twice at most: what the second round waits for began after this call.
        for round in 0..<2 where !missing.isEmpty {
            let ticket = memory.ticket()
            let flights = try await flights.run(keys: missing) { [self] keys in
                try await fly(keys, ticket, load).mapValues { Flight(loaded: $0, ticket: ticket.number) }
            }
            missing = []
            for (key, flight) in flights {
                if round == 0, flight.ticket != ticket.number, memory.isStale(flight, forKey: key) {
                    missing.append(key)
                } else {
                    values[key] = flight.loaded.value
                }
            }
        }
        return values
    }

    private func fly(
        _ keys: [String],
        _ ticket: ReadTicket,
        _ load: @Sendable ([String]) async throws -> [String: LoadedValue<Value>]
    ) async throws -> [String: LoadedValue<Value>] {
        let path = coherence.path
        var results = Dictionary(uniqueKeysWithValues: keys.map { ($0, LoadedValue<Value>(nil)) })
        var missing = keys
        var redisTicket: Int64?
        if path == .isolated {
            recoverInBackground()
        } else {
            do {
                for (key, entry) in try await redis.lookUp(keys) {
                    results[key] = entry.loaded
                    if path != .blind { keep(entry.loaded, forKey: key, ticket) }
                }
                missing = keys.filter { results[$0]?.expiresAfter == nil }
                if !missing.isEmpty { redisTicket = try await redis.ticket() }
                coherence.succeed()
            } catch let error as CacheError {
                fail(error)
            }
        }
        guard !missing.isEmpty else { return results }
        let loaded = try await load(missing)
        var items: [RedisCache<Value>.Item] = []
        for key in missing {
            guard let found = loaded[key] else { continue }
            results[key] = found
            if let redisTicket, let item = try? redis.item(found, forKey: key, ticket: redisTicket) {
                items.append(item)
            }
        }
        if redisTicket != nil, !items.isEmpty {
            do {
                for key in try await redis.store(items) where path != .blind {
                    if let found = loaded[key] { keep(found, forKey: key, ticket) }
                }
            } catch {
                fail(error)
            }
        }
        return results
    }
}

extension RedisCache {
    /// A moment before a read from where values come from.
    func ticket() async throws -> Int64 {
        try Int64(resp: try await client.run(CacheScripts.ticket, keys: [keys.generations]))
    }
}
