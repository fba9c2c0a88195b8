// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// Users in a SQLite file, as real work for loads and exports.
final class UserTable: Sendable {
    let count: Int
    private let database: DatabasePool
    private let folder: URL

    /// Makes a file of its own with so many users.
    init(count: Int) async throws {
        self.count = count
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("flow-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        database = try DatabasePool(path: folder.appendingPathComponent("users.sqlite").path)
        try await database.write { database in
            try database.execute(
                sql: """
                    CREATE TABLE users (id INTEGER PRIMARY KEY, wallet TEXT NOT NULL, credits INTEGER NOT NULL);
                    WITH RECURSIVE ids(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < \(count))
                    INSERT INTO users SELECT id, printf('remes1%038d', id), id * 7919 FROM ids;
                    """
            )
        }
    }

    /// Removes the file.
    func remove() throws {
        try database.close()
        try FileManager.default.removeItem(at: folder)
    }

    /// The wallets of the users that there are, in one query.
    func wallets(of ids: [Int]) async throws -> [Int: String] {
        try await database.read { database in
            let marks = databaseQuestionMarks(count: ids.count)
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT id, wallet FROM users WHERE id IN (\(marks))",
                arguments: StatementArguments(ids)
            )
            var wallets: [Int: String] = [:]
            while let row = try rows.next() {
                wallets[row[0]] = row[1]
            }
            return wallets
        }
    }

    /// The users after an id, in order.
    func page(after id: Int, limit: Int) async throws -> [User] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT id, wallet, credits FROM users WHERE id > ? ORDER BY id LIMIT ?",
                arguments: [id, limit]
            )
            .map { User(id: $0[0], wallet: $0[1], credits: $0[2]) }
        }
    }
}

/// One user.
struct User: Sendable {
    let id: Int
    let wallet: String
    let credits: Int
}
