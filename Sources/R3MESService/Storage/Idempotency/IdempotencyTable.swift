// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation
import NIOCore
import R3MESDatabase

/// The statements on `idempotency`: answers kept for requests that may come again.
enum IdempotencyTable {
    struct Key: Hashable, Sendable {
        /// Who sent the request: two callers may use the same key.
        var principal: String
        /// The `Idempotency-Key`.
        var key: String
    }

    struct Kept {
        var requestDigest: Data
        var answer: Answer
        var createdAt: Int64
    }

    /// Waits until no other transaction, of whatever instance, works on the key.
    ///
    /// SQLite's one writer sees to it already.
    static func lock(_ key: Key, in db: Transaction) async throws {
        guard db.dialect == .postgres else { return }
        let digest = SHA256.hash(data: Data("\(key.principal)\n\(key.key)".utf8))
        let number = digest.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        _ = try await db.query("SELECT pg_advisory_xact_lock(\(Int64(bitPattern: number)))")
    }

    static func fetch(_ key: Key, in db: some StatementExecutor) async throws -> Kept? {
        let rows = try await db.query(
            """
            SELECT request_digest, status, location, body, created_at FROM idempotency
            WHERE principal = \(key.principal) AND key = \(key.key)
            """
        )
        guard let row = rows.first else { return nil }
        return Kept(
            requestDigest: Data(try row.decode([UInt8].self, at: 0)),
            answer: Answer(
                status: try row.decode(at: 1),
                location: try row.decode(at: 2),
                body: ByteBuffer(bytes: try row.decode([UInt8].self, at: 3))
            ),
            createdAt: try row.decode(at: 4)
        )
    }

    /// Keeps an answer, in the place of an older one with the same key.
    static func store(_ kept: Kept, for key: Key, in db: some StatementExecutor) async throws {
        try await db.execute(
            """
            INSERT INTO idempotency (principal, key, request_digest, status, location, body, created_at)
            VALUES (\(key.principal), \(key.key), \(Array(kept.requestDigest)), \(kept.answer.status),
                \(kept.answer.location.sqlValue), \(Array(kept.answer.body.readableBytesView)), \(kept.createdAt))
            ON CONFLICT (principal, key) DO UPDATE SET request_digest = excluded.request_digest,
                status = excluded.status, location = excluded.location, body = excluded.body,
                created_at = excluded.created_at
            """
        )
    }

    /// Deletes some of what is older than a time.
    ///
    /// - Returns: How many were deleted; fewer than the limit when nothing is left to delete.
    static func deleteExpired(before time: Timestamp, limit: Int, in db: some StatementExecutor) async throws -> Int {
        try await db.execute(
            """
            DELETE FROM idempotency WHERE (principal, key) IN
                (SELECT principal, key FROM idempotency WHERE created_at < \(time) ORDER BY created_at LIMIT \(limit))
            """
        )
    }
}
