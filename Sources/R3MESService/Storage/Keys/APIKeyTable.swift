// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// The statements on `api_keys`.
enum APIKeyTable {
    static let columns = "id, wallet, name, prefix, digest, scopes, created_at, expires_at, revoked_at"

    static func fetch(prefix: String, in db: Database) throws -> APIKey.Record? {
        let statement = try db.cachedStatement(sql: "SELECT \(columns) FROM api_keys WHERE prefix = ?")
        return try Row.fetchOne(statement, arguments: [prefix]).map(decode)
    }

    /// All keys of a wallet, or of the operators when there is none, the oldest first.
    static func fetchAll(of wallet: WalletAddress?, in db: Database) throws -> [APIKey.Record] {
        let statement = try db.cachedStatement(
            sql: "SELECT \(columns) FROM api_keys WHERE wallet IS ? ORDER BY created_at, id"
        )
        return try Row.fetchAll(statement, arguments: [wallet?.description]).map(decode)
    }

    static func isEmpty(in db: Database) throws -> Bool {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT 1 FROM api_keys LIMIT 1")) == nil
    }

    /// Adds a key.
    ///
    /// - Throws: `userNotFound` for a wallet that is not registered, `apiKeyLimit` when it has so many keys already;
    ///   revoked ones count too, or the table could grow without bound.
    static func insert(_ record: APIKey.Record, limit: Int = .max, in db: Database) throws {
        if let wallet = record.wallet {
            guard try UserTable.exists(wallet, in: db) else { throw ServiceError(.userNotFound) }
            let statement = try db.cachedStatement(sql: "SELECT count(*) FROM api_keys WHERE wallet = ?")
            let count = try Int.fetchOne(statement, arguments: [wallet.description]) ?? 0
            guard count < limit else {
                throw ServiceError(.apiKeyLimit, "A wallet may have \(limit) API keys.")
            }
        }
        let statement = try db.cachedStatement(
            sql: "INSERT INTO api_keys (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        try statement.execute(arguments: [
            record.id, record.wallet?.description, record.name, record.prefix, Data(record.digest.bytes),
            record.scopes.description, record.createdAt.microseconds, record.expiresAt?.microseconds,
            record.revokedAt?.microseconds,
        ])
    }

    /// Withdraws a key.
    ///
    /// One that was withdrawn before keeps its time.
    ///
    /// - Throws: `apiKeyNotFound` when the wallet has no key with this identifier.
    static func revoke(id: APIKey.ID, of wallet: WalletAddress?, at time: Timestamp, in db: Database) throws {
        let statement = try db.cachedStatement(
            sql: "UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? AND wallet IS ?"
        )
        try statement.execute(arguments: [time.microseconds, id, wallet?.description])
        guard db.changesCount > 0 else { throw ServiceError(.apiKeyNotFound) }
    }

    private static func decode(_ row: Row) throws -> APIKey.Record {
        let id: String = row[0]
        let digest: Data = row[4]
        guard let digest = APIKey.Digest(bytes: digest) else {
            throw ServiceError(.databaseCorrupt, context: ["table": "api_keys", "id": id])
        }
        return APIKey.Record(
            id: id,
            wallet: try (row[1] as String?).map(WalletAddress.init(stored:)),
            name: row[2],
            prefix: row[3],
            digest: digest,
            scopes: try APIKey.Scopes(row[5] as String),
            createdAt: Timestamp(microseconds: row[6]),
            expiresAt: (row[7] as Int64?).map(Timestamp.init(microseconds:)),
            revokedAt: (row[8] as Int64?).map(Timestamp.init(microseconds:))
        )
    }
}
