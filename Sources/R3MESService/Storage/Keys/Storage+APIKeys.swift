// SPDX-License-Identifier: Apache-2.0

extension Storage {
    /// The key that begins with this prefix, valid or not.
    public func apiKey(prefix: String) async throws -> APIKey.Record? {
        guard let cache else {
            return try await read { db in try await APIKeyTable.fetch(prefix: prefix, in: db) }
        }
        return try await cache.keys.value(forKey: prefix) { [self] prefix in
            try await read { db in try await APIKeyTable.fetch(prefix: prefix, in: db) }
        }
    }

    /// All keys of a wallet, or the operators' keys, the oldest first.
    ///
    /// - Throws: `userNotFound` for a wallet that is not registered.
    public func apiKeys(of wallet: WalletAddress?) async throws -> [APIKey.Record] {
        try await snapshot { db in
            if let wallet, try await !UserTable.exists(wallet, in: db) {
                throw ServiceError(.userNotFound)
            }
            return try await APIKeyTable.fetchAll(of: wallet, in: db)
        }
    }

    /// Keeps a new key.
    ///
    /// - Throws: `userNotFound` when its wallet is not registered.
    public func add(_ record: APIKey.Record) async throws {
        try await write { db in try await APIKeyTable.insert(record, in: db) }
    }

    /// Withdraws a key: from now on it is refused.
    ///
    /// - Throws: `apiKeyNotFound` when the wallet, or the operators, have no such key.
    public func revokeAPIKey(id: APIKey.ID, of wallet: WalletAddress?) async throws {
        let prefix = try await read { db in try await APIKeyTable.prefix(id: id, of: wallet, in: db) }
        try await write(forgetting: [.key(prefix: prefix)]) { db in
            try await APIKeyTable.revoke(id: id, of: wallet, at: .now(), in: db)
        }
    }

    /// Makes an operator's key with all scopes if there is no key at all.
    ///
    /// Of several processes that start at once on one database, one makes the key.
    ///
    /// - Returns: The secret, to be shown once, or nil when there were keys already.
    public func makeFirstAdminKey() async throws -> APIKey.Secret? {
        let issued = try APIKey.issue(name: "first admin key", scopes: .admin, wallet: nil, at: .now())
        return try await write { db in
            try await APIKeyTable.lock(in: db)
            guard try await APIKeyTable.isEmpty(in: db) else { return nil }
            try await APIKeyTable.insert(issued.record, in: db)
            return issued.secret
        }
    }

    /// Asks the database for an answer, any answer.
    public func ping() async throws {
        _ = try await read { db in try await UserTable.isEmpty(in: db) }
    }
}
