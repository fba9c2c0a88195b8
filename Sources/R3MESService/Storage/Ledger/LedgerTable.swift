// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESDatabase

/// The statements on `ledger`.
///
/// A balance changes here and nowhere else, in the transaction that writes the entry.
enum LedgerTable {
    static let columns: SQL = "id, wallet, amount, balance_after, kind, counterparty, reason, transfer_id, created_at"

    /// Gives credits to a wallet, or takes some.
    ///
    /// - Throws: `userNotFound`, and what the rules of ``CreditChange`` refuse.
    @discardableResult
    static func apply(
        _ change: CreditChange,
        to wallet: WalletAddress,
        at time: Timestamp,
        in db: Transaction
    ) async throws -> LedgerEntry {
        let balances = try await UserTable.balances(of: [wallet], in: db)
        let posting = try change.posting(to: wallet, balance: balances.balance(of: wallet))
        return try await post([posting], at: time, in: db)[0]
    }

    /// Moves credits from one wallet to another.
    ///
    /// The transaction makes it both postings or none.
    ///
    /// - Throws: `userNotFound` naming the unknown wallet, and what the rules of ``Transfer`` refuse.
    static func apply(
        _ transfer: Transfer,
        at time: Timestamp,
        in db: Transaction
    ) async throws -> (outgoing: LedgerEntry, incoming: LedgerEntry) {
        let balances = try await UserTable.balances(of: [transfer.sender, transfer.receiver], in: db)
        let postings = try transfer.postings(
            id: UUID().uuidString.lowercased(),
            senderBalance: balances.balance(of: transfer.sender),
            receiverBalance: balances.balance(of: transfer.receiver)
        )
        let entries = try await post([postings.outgoing, postings.incoming], at: time, in: db)
        return (entries[0], entries[1])
    }

    /// Entries of a wallet, the latest first.
    static func page(
        of wallet: WalletAddress,
        before id: Int64?,
        limit: Int,
        in db: some StatementExecutor
    ) async throws -> Page<LedgerEntry, Int64> {
        let rows = try await db.query(select(of: wallet, before: id, limit: limit + 1))
        return try Page(limit: limit, from: rows) { row in
            let entry = try decode(row)
            return (entry, entry.id)
        }
    }

    /// The statement that reads a page.
    static func select(of wallet: WalletAddress, before id: Int64?, limit: Int) -> SQL {
        """
        SELECT \(columns) FROM ledger WHERE wallet = \(wallet) AND id < \(id ?? .max) ORDER BY id DESC LIMIT \(limit)
        """
    }

    static func decode(_ row: Row) throws -> LedgerEntry {
        let id: Int64 = try row.decode(at: 0)
        guard let kind = Posting.Kind(rawValue: try row.decode(at: 4)) else {
            throw ServiceError(.databaseCorrupt, context: ["table": "ledger", "id": String(id)])
        }
        let posting = Posting(
            wallet: try WalletAddress(stored: row.decode(at: 1)),
            amount: try row.decode(at: 2),
            balanceAfter: try row.decode(at: 3),
            kind: kind,
            counterparty: try row.decode(String?.self, at: 5).map(WalletAddress.init(stored:)),
            reason: try row.decode(at: 6),
            transferID: try row.decode(at: 7)
        )
        return LedgerEntry(id: id, posting: posting, createdAt: try row.decode(at: 8))
    }

    /// Sets the balances and writes the entries, in this order: whoever holds a user's row numbers its entries.
    private static func post(
        _ postings: [Posting],
        at time: Timestamp,
        in db: Transaction
    ) async throws -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        for posting in postings {
            try await UserTable.setBalance(posting.balanceAfter, of: posting.wallet, at: time, in: db)
            let rows = try await db.query(
                """
                INSERT INTO ledger (wallet, amount, balance_after, kind, counterparty, reason, transfer_id, created_at)
                VALUES (\(posting.wallet), \(posting.amount), \(posting.balanceAfter), \(posting.kind.rawValue),
                    \(posting.counterparty.sqlValue), \(posting.reason.sqlValue), \(posting.transferID.sqlValue), \(time))
                RETURNING id
                """
            )
            entries.append(LedgerEntry(id: try rows.only().decode(at: 0), posting: posting, createdAt: time))
        }
        return entries
    }
}

extension LedgerTable {
    /// Where many entries go at once, without touching the balances: the caller has set them or is about to.
    static let target = InsertTarget(
        "ledger",
        columns: ["wallet", "amount", "balance_after", "kind", "counterparty", "reason", "transfer_id", "created_at"]
    )

    /// The values of an entry, in the order of the target's columns.
    static func row(_ posting: Posting, at time: Timestamp) -> [SQLValue] {
        [
            posting.wallet.sqlValue, posting.amount.sqlValue, posting.balanceAfter.sqlValue,
            .text(posting.kind.rawValue),
            posting.counterparty.sqlValue, posting.reason.sqlValue, posting.transferID.sqlValue, time.sqlValue,
        ]
    }
}

extension [WalletAddress: Credits] {
    fileprivate func balance(of wallet: WalletAddress) throws(ServiceError) -> Balance {
        guard let credits = self[wallet] else {
            throw ServiceError(.userNotFound, "The wallet \(wallet) is not registered.")
        }
        return try Balance(credits)
    }
}
