// SPDX-License-Identifier: Apache-2.0

extension Storage {
    /// One user, or nil when the wallet is not registered.
    public func user(_ wallet: WalletAddress) async throws -> User? {
        guard let cache else {
            return try await read { db in try await UserTable.fetch(wallet, in: db) }
        }
        return try await cache.users.value(forKey: wallet.description) { [self] _ in
            try await read { db in try await UserTable.fetch(wallet, in: db) }
        }
    }

    /// Users in the order asked for, nil where a wallet is not registered.
    ///
    /// One statement for all that are not remembered.
    public func users(_ wallets: [WalletAddress]) async throws -> [User?] {
        guard let cache else {
            return try await read { db in try await UserTable.fetch(wallets, in: db) }
        }
        let names = wallets.map(\.description)
        let found = try await cache.users.values(forKeys: names) { [self] names in
            let wallets = try names.map { name throws in try WalletAddress(name) }
            let users = try await read { db in try await UserTable.fetch(wallets, in: db) }
            return Dictionary(
                uniqueKeysWithValues: zip(names, users).compactMap { name, user in user.map { (name, $0) } }
            )
        }
        return names.map { found[$0] }
    }

    /// A page of users.
    ///
    /// Its cost depends on `limit` and on how rare the filter is, not on how deep the page lies.
    public func users(
        _ query: UserQuery,
        after position: UserQuery.Position? = nil,
        limit: Int
    ) async throws -> Page<User, UserQuery.Position> {
        let limit = Page<User, UserQuery.Position>.allowed(limit: limit)
        return try await read { db in try await UserTable.page(query, after: position, limit: limit, in: db) }
    }

    /// How many users there are.
    ///
    /// Counts them all.
    public func userCount() async throws -> Int {
        try await read { db in try await UserTable.count(in: db) }
    }

    /// Whether there is no user yet.
    public func hasNoUsers() async throws -> Bool {
        try await read { db in try await UserTable.isEmpty(in: db) }
    }
}
