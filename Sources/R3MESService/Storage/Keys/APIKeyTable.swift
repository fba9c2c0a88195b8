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
    /// Of the wallet's keys that are revoked or expired, only so many of the latest are kept: the table cannot grow without
    /// bound, and a wallet that changes its key every day never runs out.
    ///
    /// - Throws: `userNotFound` for a wallet that is not registered, `apiKeyLimit` when it has so many valid keys already.
    static func insert(_ record: APIKey.Record, limit: Int = .max, in db: Database) throws {
        if let wallet = record.wallet {
            guard try UserTable.exists(wallet, in: db) else { throw ServiceError(.userNotFound) }
            try deleteDead(of: wallet, at: record.createdAt, butLatest: limit, in: db)
            let statement = try db.cachedStatement(
                sql: "SELECT count(*) FROM api_keys WHERE wallet = ? AND \(isValid)"
            )
            let time = record.createdAt.microseconds
            let count = try Int.fetchOne(statement, arguments: [wallet.description, time]) ?? 0
            guard count < limit else {
                throw ServiceError(.apiKeyLimit, "A wallet may have \(limit) API keys. Revoke one first.")
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

    /// The condition that a key is accepted; its argument is the time.
    private static let isValid = "revoked_at IS NULL AND coalesce(expires_at > ?, TRUE)"

    private static func deleteDead(
        of wallet: WalletAddress,
        at time: Timestamp,
        butLatest count: Int,
        in db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                DELETE FROM api_keys WHERE id IN
                    (SELECT id FROM api_keys WHERE wallet = ? AND NOT (\(isValid))
                    ORDER BY created_at DESC LIMIT -1 OFFSET ?)
                """
        )
        try statement.execute(arguments: [wallet.description, time.microseconds, count])
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
            scopes: try APIKey.Scopes(stored: row[5]),
            createdAt: Timestamp(microseconds: row[6]),
            expiresAt: (row[7] as Int64?).map(Timestamp.init(microseconds:)),
            revokedAt: (row[8] as Int64?).map(Timestamp.init(microseconds:))
        )
    }
}
