// SPDX-License-Identifier: Apache-2.0

extension TieredCache {
    /// Stores a value everywhere.
    ///
    /// After that this instance reads it, or one that is newer; the others do once they have been told. What is being
    /// loaded for the key is not stored. A value that can't be stored in Redis is removed there.
    ///
    /// The caller's cancellation does not keep Redis from being told.
    public func set(
        _ value: Value,
        forKey key: String,
        tags: [String] = [],
        expiresAfter lifetime: Duration? = nil
    ) async {
        let redis = redis
        await write([.key(key)]) {
            do {
                let loaded = LoadedValue(value, tags: tags, expiresAfter: lifetime)
                try await redis.set(loaded, forKey: key, ticket: try await redis.ticket())
            } catch let error as CacheError where error.code != .valueRefused {
                throw error
            } catch {
                try await redis.remove(key)
            }
        }
        if coherence.path == .isolated, configuration.isolatedLifetime > .zero {
            let isolated = configuration.isolatedLifetime
            memory.set(value, forKey: key, tags: tags, expiresAfter: min(lifetime ?? isolated, isolated))
        }
    }

    /// Removes a key everywhere, and refuses what is being loaded for it.
    public func invalidate(_ key: String) async {
        let redis = redis
        await write([.key(key)]) { try await redis.remove(key) }
    }

    /// Removes keys everywhere, and refuses what is being loaded for them.
    public func invalidate(_ keys: some Sequence<String>) async {
        let (redis, keys) = (redis, Set(keys))
        guard !keys.isEmpty else { return }
        await write(keys.map { .key($0) }) { try await redis.remove(keys) }
    }

    /// Removes every entry that bears the tag, everywhere, and refuses those that are being loaded.
    public func invalidate(tag: String) async {
        let redis = redis
        await write([.tag(tag)]) { try await redis.invalidate(tag: tag) }
    }

    /// Removes every entry whose key matches the pattern, everywhere, and refuses those that are being loaded.
    ///
    /// Patterns and cost are those of ``RedisCache/invalidate(matching:)``.
    public func invalidate(matching pattern: String) async {
        let redis = redis
        await write([.pattern(pattern)]) { try await redis.invalidate(matching: pattern) }
    }

    /// Removes all entries everywhere.
    public func removeAll() async {
        await invalidate(matching: "*")
    }

    private func write(
        _ entries: [InvalidationJournal.Entry],
        _ tell: @escaping @Sendable () async throws -> Void
    ) async {
        forget(entries)
        if coherence.beginWrite(entries) {
            let coherence = coherence
            // A task of its own, so that a caller who is cancelled or late leaves no doubt whether Redis knows.
            await Task.detached {
                do {
                    try await tell()
                    coherence.succeed()
                } catch {
                    coherence.failWrite(entries)
                }
            }.value
        } else {
            recoverInBackground()
        }
        // Whoever read from Redis while it was being told may have kept the older value since.
        forget(entries)
    }

    /// Removes from memory.
    private func forget(_ entries: [InvalidationJournal.Entry]) {
        for entry in entries {
            switch entry {
            case .key(let key): memory.remove(key)
            case .tag(let tag): memory.invalidate(tag: tag)
            case .pattern(let pattern): memory.invalidate(matching: pattern)
            }
        }
    }

    /// Tells Redis what it has missed, if it is time to try.
    func recoverInBackground() {
        Task.detached { [self] in await recover() }
    }

    func recover() async {
        let redis = redis
        await coherence.recover { entries in
            guard !entries.isEmpty else { return try await redis.client.ping() }
            var keys: [String] = []
            for entry in entries {
                switch entry {
                case .key(let key): keys.append(key)
                case .tag(let tag): try await redis.invalidate(tag: tag)
                case .pattern(let pattern): try await redis.invalidate(matching: pattern)
                }
            }
            try await redis.remove(keys)
        }
    }
}
