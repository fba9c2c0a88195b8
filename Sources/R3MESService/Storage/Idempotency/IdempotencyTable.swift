// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import NIOCore

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

    static func fetch(_ key: Key, in db: Database) throws -> Kept? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT request_digest, status, location, body, created_at FROM idempotency
                WHERE principal = ? AND key = ?
                """
        )
        guard let row = try Row.fetchOne(statement, arguments: [key.principal, key.key]) else { return nil }
        let body: Data = row[3]
        return Kept(
            requestDigest: row[0],
            answer: Answer(status: row[1], location: row[2], body: ByteBuffer(bytes: body)),
            createdAt: row[4]
        )
    }

    /// Keeps an answer, in the place of an older one with the same key.
    static func store(_ kept: Kept, for key: Key, in db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO idempotency
                    (principal, key, request_digest, status, location, body, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        )
        try statement.execute(arguments: [
            key.principal, key.key, kept.requestDigest, kept.answer.status, kept.answer.location,
            Data(kept.answer.body.readableBytesView), kept.createdAt,
        ])
    }

    /// Deletes some of what is older than a time.
    ///
    /// - Returns: How many were deleted; fewer than the limit when nothing is left to delete.
    static func deleteExpired(before time: Timestamp, limit: Int, in db: Database) throws -> Int {
        let statement = try db.cachedStatement(
            sql: """
                DELETE FROM idempotency WHERE (principal, key) IN
                    (SELECT principal, key FROM idempotency WHERE created_at < ? ORDER BY created_at LIMIT ?)
                """
        )
        try statement.execute(arguments: [time.microseconds, limit])
        return db.changesCount
    }
}
