// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase

/// The statements on `users`.
///
/// They run inside a read or a transaction of the caller's.
enum UserTable {
    static let columnNames = [
        "wallet", "credits", "is_miner", "created_at", "updated_at", "last_mining_at", "metadata",
    ]
    static let columns: SQL = "wallet, credits, is_miner, created_at, updated_at, last_mining_at, metadata"

    static func fetch(_ wallet: WalletAddress, in db: some StatementExecutor) async throws -> User? {
        try await db.query("SELECT \(columns) FROM users WHERE wallet = \(wallet)").first.map(decode)
    }

    /// Users in the order asked for, nil where a wallet is unknown.
    ///
    /// One statement, however many there are.
    static func fetch(_ wallets: [WalletAddress], in db: some StatementExecutor) async throws -> [User?] {
        let rows = try await db.query("SELECT \(columns) FROM users WHERE wallet \(db.dialect.isOne(of: wallets))")
        var found: [WalletAddress: User] = [:]
        for row in rows {
            let user = try decode(row)
            found[user.wallet] = user
        }
        return wallets.map { found[$0] }
    }

    static func exists(_ wallet: WalletAddress, in db: some StatementExecutor) async throws -> Bool {
        try await !db.query("SELECT 1 FROM users WHERE wallet = \(wallet)").isEmpty
    }

    /// The user, of whom nothing changes until the transaction ends, registered or not.
    static func lock(_ wallet: WalletAddress, in db: Transaction) async throws -> Bool {
        try await !db.query("SELECT 1 FROM users WHERE wallet = \(wallet)\(db.dialect.forUpdate)").isEmpty
    }

    static func isEmpty(in db: some StatementExecutor) async throws -> Bool {
        try await db.query("SELECT 1 FROM users LIMIT 1").isEmpty
    }

    static func count(in db: some StatementExecutor) async throws -> Int {
        try await db.query("SELECT count(*) FROM users").only().decode(at: 0)
    }

    /// Adds a user, unless the wallet is there already.
    ///
    /// - Returns: Whether the user was added.
    static func insert(_ user: User, in db: some StatementExecutor) async throws -> Bool {
        try await db.execute(
            """
            INSERT INTO users (\(columns)) VALUES (\(user.wallet), \(user.credits), \(user.isMiner),
                \(user.createdAt), \(user.updatedAt), \(user.lastMiningAt.sqlValue), \(user.metadata.json))
            ON CONFLICT (wallet) DO NOTHING
            """
        ) > 0
    }

    /// The values of a user, in the order of the columns.
    static func row(_ user: User) -> [SQLValue] {
        [
            user.wallet.sqlValue, user.credits.sqlValue, .bool(user.isMiner), user.createdAt.sqlValue,
            user.updatedAt.sqlValue, user.lastMiningAt.sqlValue, .text(user.metadata.json),
        ]
    }

    /// Sets what a user says of itself; the balance changes by ledger entries alone.
    static func update(_ user: User, in db: some StatementExecutor) async throws {
        try await db.execute(
            """
            UPDATE users SET is_miner = \(user.isMiner), metadata = \(user.metadata.json), updated_at = \(user.updatedAt)
            WHERE wallet = \(user.wallet)
            """
        )
    }

    static func setBalance(
        _ balance: Credits,
        of wallet: WalletAddress,
        at time: Timestamp,
        in db: Transaction
    ) async throws {
        try await db.execute("UPDATE users SET credits = \(balance), updated_at = \(time) WHERE wallet = \(wallet)")
    }

    /// The balances of wallets, which nobody else changes until the transaction ends.
    ///
    /// They are locked in the order of the users' numbers, so that no two transactions wait for each other.
    static func balances(of wallets: [WalletAddress], in db: Transaction) async throws -> [WalletAddress: Credits] {
        let rows = try await db.query(
            "SELECT wallet, credits FROM users WHERE wallet IN (\(list: wallets)) ORDER BY id\(db.dialect.forUpdate)"
        )
        var balances: [WalletAddress: Credits] = [:]
        for row in rows {
            balances[try WalletAddress(stored: row.decode(at: 0))] = try row.decode(at: 1)
        }
        return balances
    }

    static func decode(_ row: Row) throws -> User {
        User(
            wallet: try WalletAddress(stored: row.decode(at: 0)),
            credits: try row.decode(at: 1),
            isMiner: try row.decode(at: 2),
            createdAt: try row.decode(at: 3),
            updatedAt: try row.decode(at: 4),
            lastMiningAt: try row.decode(at: 5),
            metadata: try Metadata(stored: row.decode(at: 6))
        )
    }
}
