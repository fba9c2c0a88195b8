// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

/// The statements on `ledger`.
///
/// A balance changes here and nowhere else, in the transaction that writes the entry.
enum LedgerTable {
    static let columns = "id, wallet, amount, balance_after, kind, counterparty, reason, transfer_id, created_at"

    /// Gives credits to a wallet, or takes some.
    ///
    /// - Throws: `userNotFound`, and what the rules of ``CreditChange`` refuse.
    @discardableResult
    static func apply(
        _ change: CreditChange,
        to wallet: WalletAddress,
        at time: Timestamp,
        in db: Database
    ) throws -> LedgerEntry {
        let posting = try change.posting(to: wallet, balance: balance(of: wallet, in: db))
        return try post(posting, at: time, in: db)
    }

    /// Moves credits from one wallet to another.
    ///
    /// The transaction makes it both postings or none.
    ///
    /// - Throws: `userNotFound` naming the unknown wallet, and what the rules of ``Transfer`` refuse.
    static func apply(
        _ transfer: Transfer,
        at time: Timestamp,
        in db: Database
    ) throws -> (outgoing: LedgerEntry, incoming: LedgerEntry) {
        let postings = try transfer.postings(
            id: UUID().uuidString.lowercased(),
            senderBalance: balance(of: transfer.sender, in: db),
            receiverBalance: balance(of: transfer.receiver, in: db)
        )
        return (
            try post(postings.outgoing, at: time, in: db),
            try post(postings.incoming, at: time, in: db)
        )
    }

    /// Entries of a wallet, the latest first.
    static func page(
        of wallet: WalletAddress,
        before id: Int64?,
        limit: Int,
        in db: Database
    ) throws -> Page<LedgerEntry, Int64> {
        let statement = try db.cachedStatement(
            sql: "SELECT \(columns) FROM ledger WHERE wallet = ? AND id < ? ORDER BY id DESC LIMIT ?"
        )
        let rows = try Row.fetchCursor(statement, arguments: [wallet.description, id ?? .max, limit + 1])
        return try Page(limit: limit) {
            try rows.next().map(decode).map { ($0, $0.id) }
        }
    }

    /// Writes an entry, without touching the balance: the caller has set it or is about to.
    @discardableResult
    static func insert(_ posting: Posting, at time: Timestamp, in db: Database) throws -> LedgerEntry {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO ledger (wallet, amount, balance_after, kind, counterparty, reason, transfer_id, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        try statement.execute(arguments: [
            posting.wallet.description, posting.amount.millionths, posting.balanceAfter.millionths,
            posting.kind.rawValue, posting.counterparty?.description, posting.reason, posting.transferID,
            time.microseconds,
        ])
        return LedgerEntry(id: db.lastInsertedRowID, posting: posting, createdAt: time)
    }

    static func decode(_ row: Row) throws -> LedgerEntry {
        let id: Int64 = row[0]
        guard let kind = Posting.Kind(rawValue: row[4]) else {
            throw ServiceError(.databaseCorrupt, context: ["table": "ledger", "id": String(id)])
        }
        let posting = Posting(
            wallet: try WalletAddress(stored: row[1]),
            amount: Credits(millionths: row[2]),
            balanceAfter: Credits(millionths: row[3]),
            kind: kind,
            counterparty: try (row[5] as String?).map(WalletAddress.init(stored:)),
            reason: row[6],
            transferID: row[7]
        )
        return LedgerEntry(id: id, posting: posting, createdAt: Timestamp(microseconds: row[8]))
    }

    private static func post(_ posting: Posting, at time: Timestamp, in db: Database) throws -> LedgerEntry {
        try UserTable.setBalance(posting.balanceAfter, of: posting.wallet, at: time, in: db)
        return try insert(posting, at: time, in: db)
    }

    private static func balance(of wallet: WalletAddress, in db: Database) throws -> Balance {
        guard let credits = try UserTable.balance(of: wallet, in: db) else {
            throw ServiceError(.userNotFound, "The wallet \(wallet) is not registered.")
        }
        return try Balance(credits)
    }
}
