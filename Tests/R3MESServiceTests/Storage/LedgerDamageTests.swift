// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("An audit of a damaged ledger", .onBothEngines)
struct LedgerDamageTests {
    /// Three wallets, in the order of their texts; each has the entries 100, -30, 5.
    static func withLedger(_ body: (Storage, [WalletAddress]) async throws -> Void) async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 6)
            let wallets = try generator.wallets(3).sorted()
            try await storage.register(wallets, credits: 100)
            for amount in [-30, 5] {
                for wallet in wallets {
                    let change = try CreditChange(amount: Credits(millionths: Int64(amount)), reason: "r")
                    _ = try await storage.apply(change, to: wallet)
                }
            }
            #expect(try await storage.faults().isEmpty)
            try await body(storage, wallets)
        }
    }

    // The entries of the wallet in the middle have the numbers 2, 5 and 8.
    @Test(
        "finds the one wallet that is wrong, and what is wrong with it",
        arguments: [
            ("UPDATE users SET credits = 76 WHERE wallet = :wallet", "the entries add up to 0.000075"),
            ("DELETE FROM ledger WHERE id = 2", "entry 5: the balance would leave its range"),
            ("DELETE FROM ledger WHERE id = 5", "entry 8: the balance after it should be 0.000105"),
            ("DELETE FROM ledger WHERE id = 8", "the entries add up to 0.00007"),
            ("DELETE FROM ledger WHERE wallet = :wallet", "the entries add up to 0, "),
            ("UPDATE ledger SET amount = -29 WHERE id = 5", "entry 5: the balance after it should be 0.000071"),
            ("UPDATE ledger SET amount = 30 WHERE id = 5", "entry 5: the amount does not have the sign"),
            ("UPDATE ledger SET kind = 'credit' WHERE id = 5", "entry 5: the amount does not have the sign"),
            ("UPDATE ledger SET balance_after = 71 WHERE id = 5", "entry 5: the balance after it should be 0.00007,"),
            ("UPDATE ledger SET id = 1000 WHERE id = 2", "entry 5: the balance would leave its range"),
            ("UPDATE ledger SET id = 1000 WHERE id = 5", "entry 8: the balance after it should be 0.000105"),
            (
                "INSERT INTO ledger (id, wallet, amount, balance_after, kind, counterparty, transfer_id, reason, created_at) SELECT 9000, wallet, 1, 76, 'credit', NULL, NULL, 'x', 0 FROM ledger WHERE id = 2",
                "the entries add up to 0.000076"
            ),
        ]
    )
    func oneWallet(sql: String, fault: String) async throws {
        try await Self.withLedger { storage, wallets in
            try await storage.damage(sql.replacing(":wallet", with: "'\(wallets[1])'"))
            let faults = try await storage.faults()
            #expect(faults.keys.map { $0 } == [wallets[1]])
            #expect(faults[wallets[1]]?.hasPrefix(fault) == true, "\(faults)")
        }
    }

    @Test("finds both wallets when an entry moved from one to the other")
    func movedEntry() async throws {
        try await Self.withLedger { storage, wallets in
            try await storage.damage("UPDATE ledger SET wallet = '\(wallets[2])' WHERE id = 2")
            #expect(try await Set(storage.faults().keys) == [wallets[1], wallets[2]])
        }
    }

    @Test("finds entries of a wallet that is not registered, and blames no other", arguments: 0..<3)
    func orphan(index: Int) async throws {
        try await Self.withLedger { storage, wallets in
            try await storage.damage("DELETE FROM users WHERE wallet = '\(wallets[index])'")
            let report = try await storage.auditLedger()
            #expect(report.discrepancies.keys.map { $0 } == [wallets[index]])
            #expect(report.discrepancies[wallets[index]]?.entryID == Int64(index + 1))
            #expect((report.users, report.entries) == (2, 9))
        }
    }

    @Test(
        "ends with an error at what cannot be read at all",
        arguments: [
            "UPDATE ledger SET kind = 'gift' WHERE id = 5", "UPDATE ledger SET wallet = 'remes1x' WHERE id = 5",
            "UPDATE ledger SET counterparty = '' WHERE id = 5", "UPDATE users SET wallet = 'remes1x'  WHERE id = 2",
        ]
    )
    func unreadable(sql: String) async throws {
        try await Self.withLedger { storage, _ in
            try await storage.damage(sql)
            await expect(.databaseCorrupt) { try await storage.auditLedger() }
        }
    }

    @Test("counts every wallet, and keeps so many discrepancies and no more")
    func many() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 7)
            let wallets = try generator.wallets(LedgerReport.maximumDiscrepancies + 50)
            try await storage.register(wallets, credits: 1)
            try await storage.damage("UPDATE users SET credits = 2")
            let report = try await storage.auditLedger()
            #expect(report.users == wallets.count)
            #expect(report.discrepancies.count == LedgerReport.maximumDiscrepancies)
        }
    }

    @Test("adds up balances that together are more than one wallet could have")
    func hugeTotal() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 8)
            try await storage.register(generator.wallets(3), credits: .max)
            let report = try await storage.auditLedger()
            #expect(report.discrepancies.isEmpty)
            #expect(report.users == 3)
            #expect(report.total == nil)
        }
    }
}

extension Storage {
    /// Does what no program of ours can: the triggers and the foreign keys are gone for the time being.
    fileprivate func damage(_ sql: String) async throws {
        switch database.dialect {
        case .postgres:
            try await database.withTransaction { transaction in
                try await transaction.execute("SET LOCAL session_replication_role = replica")
                try await transaction.execute(SQL(unsafeRaw: sql))
            }
        case .sqlite:
            let triggers = try await column("SELECT sql FROM sqlite_schema WHERE type = 'trigger'", as: String.self)
            for statement in ["DROP TRIGGER ledger_keeps_entries", "DROP TRIGGER ledger_keeps_all"] + [
                "PRAGMA foreign_keys = OFF", sql,
            ]
                + ["PRAGMA foreign_keys = ON"] + triggers
            {
                try await execute(SQL(unsafeRaw: statement))
            }
        }
    }
}
