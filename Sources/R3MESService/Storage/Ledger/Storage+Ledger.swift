// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase

extension Storage {
    /// Gives credits to a wallet or takes some: the entry and the new balance in one transaction.
    public func apply(_ change: CreditChange, to wallet: WalletAddress) async throws -> LedgerEntry {
        try await write(forgetting: [.user(wallet)]) { db in
            try await LedgerTable.apply(change, to: wallet, at: .now(), in: db)
        }
    }

    /// Moves credits from one wallet to another: both entries and both balances in one transaction.
    public func apply(_ transfer: Transfer) async throws -> (outgoing: LedgerEntry, incoming: LedgerEntry) {
        try await write(forgetting: [.user(transfer.sender), .user(transfer.receiver)]) { db in
            try await LedgerTable.apply(transfer, at: .now(), in: db)
        }
    }

    /// A page of a wallet's ledger, the latest entry first.
    ///
    /// - Throws: `userNotFound` for a wallet that is not registered.
    public func transactions(
        of wallet: WalletAddress,
        before id: LedgerEntry.ID? = nil,
        limit: Int
    ) async throws -> Page<LedgerEntry, Int64> {
        let limit = Page<LedgerEntry, LedgerEntry.ID>.allowed(limit: limit)
        return try await snapshot { db in
            guard try await UserTable.exists(wallet, in: db) else { throw ServiceError(.userNotFound) }
            return try await LedgerTable.page(of: wallet, before: id, limit: limit, in: db)
        }
    }
}

/// What an audit of all ledgers found.
public struct LedgerReport: Hashable, Sendable {
    /// How many users were looked at.
    public var users = 0
    /// How many entries were added up.
    public var entries = 0
    /// All balances together; nil beyond the range of one amount.
    public var total: Credits? = .zero
    /// The wallets whose ledger does not add up, the first ``maximumDiscrepancies`` of them.
    public var discrepancies: [WalletAddress: LedgerAudit.Discrepancy] = [:]

    /// How many discrepancies are kept.
    public static let maximumDiscrepancies = 100

    mutating func add(_ discrepancy: LedgerAudit.Discrepancy?, of wallet: WalletAddress) {
        guard let discrepancy, discrepancies.count < Self.maximumDiscrepancies else { return }
        discrepancies[wallet] = discrepancies[wallet] ?? discrepancy
    }
}

extension Storage {
    /// Adds up every ledger and compares it with the stored balances, all as of one moment.
    ///
    /// Reads everything once, in constant memory. Writers go on meanwhile.
    public func auditLedger() async throws -> LedgerReport {
        try await snapshot { db in
            let ledger: SQL = "SELECT \(LedgerTable.columns) FROM ledger ORDER BY wallet, id"
            return try await db.withRows(of: ledger, options: .unlimited) { rows in
                var audit = Audit(entries: rows.makeAsyncIterator())
                return try await db.withRows(
                    of: "SELECT wallet, credits FROM users ORDER BY wallet",
                    options: .unlimited
                ) { rows in
                    try await audit.run(rows)
                }
            }
        }
    }
}

extension StatementOptions {
    /// Sorting all there is may take long before the first row comes.
    fileprivate static let unlimited = StatementOptions(timeout: .seconds(24 * 3600))
}

/// An audit under way: users and entries side by side, both in the order of wallets.
private struct Audit {
    private var entries: RowStream.Iterator
    private var next: LedgerEntry?
    private var report = LedgerReport()

    init(entries: RowStream.Iterator) {
        self.entries = entries
    }

    mutating func run(_ users: RowStream) async throws -> LedgerReport {
        try await advance()
        for try await row in users {
            let wallet = try WalletAddress(stored: row.decode(at: 0))
            let balance: Credits = try row.decode(at: 1)
            try await takeUnregistered(before: wallet)
            var audit = LedgerAudit(wallet: wallet)
            while let entry = next, entry.posting.wallet == wallet {
                audit.add(entry)
                try await advance()
            }
            report.users += 1
            report.entries += audit.entryCount
            report.total = try? report.total?.adding(balance)
            report.add(audit.discrepancy(stored: balance), of: wallet)
        }
        try await takeUnregistered(before: nil)
        return report
    }

    private mutating func advance() async throws {
        next = try await entries.next().map(LedgerTable.decode)
    }

    /// Takes entries up to a wallet in the order of texts, or all that are left, which no user owns.
    private mutating func takeUnregistered(before wallet: WalletAddress?) async throws {
        while let entry = next, wallet.map({ entry.posting.wallet < $0 }) ?? true {
            report.entries += 1
            report.add(.init(entryID: entry.id, fault: .unregistered), of: entry.posting.wallet)
            try await advance()
        }
    }
}
