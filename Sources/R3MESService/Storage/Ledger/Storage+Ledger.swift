// SPDX-License-Identifier: Apache-2.0

import GRDB

extension Storage {
    /// Gives credits to a wallet or takes some: the entry and the new balance in one transaction.
    public func apply(_ change: CreditChange, to wallet: WalletAddress) async throws -> LedgerEntry {
        try await write { db in try LedgerTable.apply(change, to: wallet, at: .now(), in: db) }
    }

    /// Moves credits from one wallet to another: both entries and both balances in one transaction.
    public func apply(_ transfer: Transfer) async throws -> (outgoing: LedgerEntry, incoming: LedgerEntry) {
        try await write { db in try LedgerTable.apply(transfer, at: .now(), in: db) }
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
        return try await read { db in
            guard try UserTable.exists(wallet, in: db) else { throw ServiceError(.userNotFound) }
            return try LedgerTable.page(of: wallet, before: id, limit: limit, in: db)
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
        try await read { db in
            var report = LedgerReport()
            let entries = try Row.fetchCursor(
                db,
                sql: "SELECT \(LedgerTable.columns) FROM ledger ORDER BY wallet, id"
            )
            var next = try entries.next().map(LedgerTable.decode)
            // Takes entries up to a wallet in the order of texts, or all that are left, which no user owns.
            func takeUnregistered(before wallet: WalletAddress?) throws {
                while let entry = next, wallet.map({ entry.posting.wallet < $0 }) ?? true {
                    report.entries += 1
                    report.add(.init(entryID: entry.id, fault: .unregistered), of: entry.posting.wallet)
                    next = try entries.next().map(LedgerTable.decode)
                }
            }
            let users = try Row.fetchCursor(db, sql: "SELECT wallet, credits FROM users ORDER BY wallet")
            while let row = try users.next() {
                let wallet = try WalletAddress(stored: row[0])
                let balance = Credits(millionths: row[1])
                try takeUnregistered(before: wallet)
                var audit = LedgerAudit(wallet: wallet)
                while let entry = next, entry.posting.wallet == wallet {
                    audit.add(entry)
                    next = try entries.next().map(LedgerTable.decode)
                }
                report.users += 1
                report.entries += audit.entryCount
                report.total = try? report.total?.adding(balance)
                report.add(audit.discrepancy(stored: balance), of: wallet)
            }
            try takeUnregistered(before: nil)
            return report
        }
    }
}
