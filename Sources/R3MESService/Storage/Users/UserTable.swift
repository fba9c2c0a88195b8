// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The statements on `users`.
///
/// They run inside a read or a transaction of the caller's.
///
/// Statements are prepared once per connection: preparing costs more than most of them take to run.
enum UserTable {
    static let columns = "wallet, credits, is_miner, created_at, updated_at, last_mining_at, metadata"

    static func fetch(_ wallet: WalletAddress, in db: Database) throws -> User? {
        let statement = try db.cachedStatement(sql: "SELECT \(columns) FROM users WHERE wallet = ?")
        return try Row.fetchOne(statement, arguments: [wallet.description]).map(decode)
    }

    /// Users in the order asked for, nil where a wallet is unknown.
    ///
    /// One statement, however many there are.
    static func fetch(_ wallets: [WalletAddress], in db: Database) throws -> [User?] {
        let statement = try db.cachedStatement(
            sql: "SELECT \(columns) FROM users WHERE wallet IN (SELECT value FROM json_each(?))"
        )
        // An address has no character that JSON escapes.
        let list = "[" + wallets.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        var found: [WalletAddress: User] = [:]
        let rows = try Row.fetchCursor(statement, arguments: [list])
        while let row = try rows.next() {
            let user = try decode(row)
            found[user.wallet] = user
        }
        return wallets.map { found[$0] }
    }

    static func exists(_ wallet: WalletAddress, in db: Database) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT 1 FROM users WHERE wallet = ?")
        return try Row.fetchOne(statement, arguments: [wallet.description]) != nil
    }

    static func isEmpty(in db: Database) throws -> Bool {
        try Row.fetchOne(db.cachedStatement(sql: "SELECT 1 FROM users LIMIT 1")) == nil
    }

    static func count(in db: Database) throws -> Int {
        try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM users")) ?? 0
    }

    /// Adds a user, unless the wallet is there already.
    ///
    /// - Returns: Whether the user was added.
    static func insert(_ user: User, in db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO users (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (wallet) DO NOTHING"
        )
        try statement.execute(arguments: [
            user.wallet.description, user.credits.millionths, user.isMiner, user.createdAt.microseconds,
            user.updatedAt.microseconds, user.lastMiningAt?.microseconds, user.metadata.json,
        ])
        return db.changesCount > 0
    }

    /// Sets what a user says of itself; the balance changes by ledger entries alone.
    static func update(_ user: User, in db: Database) throws {
        let statement = try db.cachedStatement(
            sql: "UPDATE users SET is_miner = ?, metadata = ?, updated_at = ? WHERE wallet = ?"
        )
        try statement.execute(arguments: [
            user.isMiner, user.metadata.json, user.updatedAt.microseconds, user.wallet.description,
        ])
    }

    static func setBalance(_ balance: Credits, of wallet: WalletAddress, at time: Timestamp, in db: Database) throws {
        let statement = try db.cachedStatement(sql: "UPDATE users SET credits = ?, updated_at = ? WHERE wallet = ?")
        try statement.execute(arguments: [balance.millionths, time.microseconds, wallet.description])
    }

    static func balance(of wallet: WalletAddress, in db: Database) throws -> Credits? {
        let statement = try db.cachedStatement(sql: "SELECT credits FROM users WHERE wallet = ?")
        return try Int64.fetchOne(statement, arguments: [wallet.description]).map(Credits.init(millionths:))
    }

    static func decode(_ row: Row) throws -> User {
        User(
            wallet: try WalletAddress(stored: row[0]),
            credits: Credits(millionths: row[1]),
            isMiner: row[2],
            createdAt: Timestamp(microseconds: row[3]),
            updatedAt: Timestamp(microseconds: row[4]),
            lastMiningAt: (row[5] as Int64?).map(Timestamp.init(microseconds:)),
            metadata: try Metadata(stored: row[6])
        )
    }
}
