// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase

/// The statements on `api_keys`.
enum APIKeyTable {
    static let columns: SQL = "id, wallet, name, prefix, digest, scopes, created_at, expires_at, revoked_at"

    static func fetch(prefix: String, in db: some StatementExecutor) async throws -> APIKey.Record? {
        try await db.query("SELECT \(columns) FROM api_keys WHERE prefix = \(prefix)").first.map(decode)
    }

    /// What a key begins with.
    ///
    /// - Throws: `apiKeyNotFound` when the wallet has no key with this identifier.
    static func prefix(id: APIKey.ID, of wallet: WalletAddress?, in db: some StatementExecutor) async throws -> String {
        let rows = try await db.query("SELECT prefix FROM api_keys WHERE id = \(id) AND \(belongs(to: wallet))")
        guard let row = rows.first else { throw ServiceError(.apiKeyNotFound) }
        return try row.decode(at: 0)
    }

    /// All keys of a wallet, or of the operators when there is none, the oldest first.
    static func fetchAll(of wallet: WalletAddress?, in db: some StatementExecutor) async throws -> [APIKey.Record] {
        try await db.query("SELECT \(columns) FROM api_keys WHERE \(belongs(to: wallet)) ORDER BY created_at, id")
            .map(decode)
    }

    static func isEmpty(in db: some StatementExecutor) async throws -> Bool {
        try await db.query("SELECT 1 FROM api_keys LIMIT 1").isEmpty
    }

    /// Keeps all others from adding keys until the transaction ends.
    static func lock(in db: Transaction) async throws {
        guard db.dialect == .postgres else { return }
        try await db.execute("LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE")
    }

    /// Adds a key.
    ///
    /// Of the wallet's keys that are revoked or expired, only so many of the latest are kept: the table cannot grow without
    /// bound, and a wallet that changes its key every day never runs out.
    ///
    /// - Throws: `userNotFound` for a wallet that is not registered, `apiKeyLimit` when it has so many valid keys already.
    static func insert(_ record: APIKey.Record, limit: Int = .max, in db: Transaction) async throws {
        if let wallet = record.wallet {
            // Locked, so that two keys added at once don't both pass below the limit.
            guard try await UserTable.lock(wallet, in: db) else { throw ServiceError(.userNotFound) }
            try await deleteDead(of: wallet, at: record.createdAt, butLatest: limit, in: db)
            let valid = try await db.query(
                "SELECT count(*) FROM api_keys WHERE wallet = \(wallet) AND \(isValid(at: record.createdAt))"
            )
            guard try valid.only().decode(Int.self, at: 0) < limit else {
                throw ServiceError(.apiKeyLimit, "A wallet may have \(limit) API keys. Revoke one first.")
            }
        }
        try await db.execute(
            """
            INSERT INTO api_keys (\(columns)) VALUES (\(record.id), \(record.wallet.sqlValue), \(record.name), \(record.prefix),
                \(Array(record.digest.bytes)), \(record.scopes.description), \(record.createdAt), \(record.expiresAt.sqlValue),
                \(record.revokedAt.sqlValue))
            """
        )
    }

    /// Withdraws a key.
    ///
    /// One that was withdrawn before keeps its time.
    ///
    /// - Throws: `apiKeyNotFound` when the wallet has no key with this identifier.
    static func revoke(
        id: APIKey.ID,
        of wallet: WalletAddress?,
        at time: Timestamp,
        in db: some StatementExecutor
    ) async throws {
        let count = try await db.execute(
            """
            UPDATE api_keys SET revoked_at = coalesce(revoked_at, \(time)) WHERE id = \(id) AND \(belongs(to: wallet))
            """
        )
        guard count > 0 else { throw ServiceError(.apiKeyNotFound) }
    }

    private static func belongs(to wallet: WalletAddress?) -> SQL {
        wallet.map { "wallet = \($0)" } ?? "wallet IS NULL"
    }

    /// The condition that a key is accepted.
    private static func isValid(at time: Timestamp) -> SQL {
        "revoked_at IS NULL AND coalesce(expires_at > \(time), TRUE)"
    }

    private static func deleteDead(
        of wallet: WalletAddress,
        at time: Timestamp,
        butLatest count: Int,
        in db: Transaction
    ) async throws {
        try await db.execute(
            """
            DELETE FROM api_keys WHERE id IN
                (SELECT id FROM api_keys WHERE wallet = \(wallet) AND NOT (\(isValid(at: time)))
                ORDER BY created_at DESC LIMIT 9223372036854775807 OFFSET \(count))
            """
        )
    }

    private static func decode(_ row: Row) throws -> APIKey.Record {
        let id: String = try row.decode(at: 0)
        guard let digest = APIKey.Digest(bytes: try row.decode([UInt8].self, at: 4)) else {
            throw ServiceError(.databaseCorrupt, context: ["table": "api_keys", "id": id])
        }
        return APIKey.Record(
            id: id,
            wallet: try row.decode(String?.self, at: 1).map(WalletAddress.init(stored:)),
            name: try row.decode(at: 2),
            prefix: try row.decode(at: 3),
            digest: digest,
            scopes: try APIKey.Scopes(stored: row.decode(at: 5)),
            createdAt: try row.decode(at: 6),
            expiresAt: try row.decode(at: 7),
            revokedAt: try row.decode(at: 8)
        )
    }
}
