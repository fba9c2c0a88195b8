// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness
import Logging
import R3MESDatabase
import Synchronization

/// The work as `PostgresDatabase` does it.
final class Ours: Sendable {
    static let rowCount = 100_000

    let database: PostgresDatabase
    let url: String

    init(url: String) async throws {
        self.url = url
        var configuration = PostgresConfiguration(url: url)
        configuration.pool.maximum = 16
        database = try PostgresDatabase(configuration: configuration, logger: .silent)
    }

    static func wallet(_ key: Int) -> String {
        let digits = String(key)
        return "remes1" + String(repeating: "0", count: 38 - digits.utf8.count) + digits
    }

    func makeTables() async throws {
        try await database.withTransaction { transaction in
            try await transaction.execute("DROP TABLE IF EXISTS users, few, bulk")
            try await transaction.execute(
                "CREATE TABLE users (wallet text PRIMARY KEY, credits float8, is_miner bool, created_at timestamptz)"
            )
            try await transaction.execute(
                """
                INSERT INTO users SELECT 'remes1' || lpad(i::text, 38, '0'), i, i % 2 = 0, now()
                FROM generate_series(0, \(Self.rowCount - 1)::int) AS i
                """
            )
            try await transaction.execute("CREATE TABLE few (wallet text, credits float8, is_miner bool)")
            try await transaction.execute("CREATE TABLE bulk (wallet text PRIMARY KEY, credits float8, is_miner bool)")
        }
        try await database.execute("VACUUM ANALYZE users")
    }

    func select(_ key: Int) async throws {
        let rows = try await database.query(
            "SELECT wallet, credits, is_miner FROM users WHERE wallet = \(Self.wallet(key))"
        )
        let (_, credits, _) = try rows.only().decode((String, Double, Bool).self)
        guard credits == Double(key) else { throw WrongAnswer() }
    }

    func page(_ key: Int) async throws {
        let rows = try await database.query(
            """
            SELECT wallet, credits, is_miner, created_at FROM users WHERE wallet >= \(Self.wallet(key)) \
            ORDER BY wallet LIMIT 100
            """
        )
        var sum = 0.0
        for row in rows {
            let (_, credits, _, _) = try row.decode((String, Double, Bool, SQLTimestamp).self)
            sum += credits
        }
        guard sum >= Double(key) else { throw WrongAnswer() }
    }

    func update(_ key: Int) async throws {
        let changed = try await database.execute(
            "UPDATE users SET created_at = now() WHERE wallet = \(Self.wallet(key))"
        )
        guard changed == 1 else { throw WrongAnswer() }
    }

    struct WrongAnswer: Error {}
}
