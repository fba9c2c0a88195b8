// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("The stored ledger", .onBothEngines)
struct LedgerStorageTests {
    @Test("keeps an entry as it was returned, and the balance with it")
    func entries() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 1)
            let (alice, bob) = (try generator.wallet(), try generator.wallet())
            try await storage.register([alice, bob])
            let change = try CreditChange(amount: Credits("12.5"), reason: "mined — \"block\" 7 😀")
            let gift = try await storage.apply(change, to: alice)
            let (sent, received) = try await storage.apply(Transfer(from: alice, to: bob, amount: Credits("2.000001")))
            #expect(sent.posting.transferID == received.posting.transferID)
            #expect(sent.posting.transferID?.count == 36)

            #expect(try await storage.transactions(of: alice, limit: 10).items == [sent, gift])
            #expect(try await storage.transactions(of: bob, limit: 10).items == [received])
            let users = try await storage.users([alice, bob])
            #expect(users.map { $0?.credits.description } == ["10.499999", "2.000001"])
            #expect(users.map { $0?.updatedAt } == [sent.createdAt, received.createdAt])
        }
    }

    @Test("refuses what the rules refuse, names the unknown wallet and writes nothing")
    func refusals() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 2)
            let (alice, bob, nobody) = (try generator.wallet(), try generator.wallet(), try generator.wallet())
            try await storage.register([alice, bob], credits: 100)
            let much = Credits(millionths: 101)
            await expect(.creditsInsufficient) {
                try await storage.apply(Transfer(from: alice, to: bob, amount: much))
            }
            await expect(.creditsInsufficient) {
                try await storage.apply(CreditChange(amount: much.negated(), reason: "fee"), to: alice)
            }
            await expect(.balanceOverflow) {
                try await storage.apply(CreditChange(amount: .max, reason: "too much"), to: alice)
            }
            for transfer in [
                try Transfer(from: alice, to: nobody, amount: much), try Transfer(from: nobody, to: bob, amount: much),
            ] {
                let error = await expect(.userNotFound) { try await storage.apply(transfer) }
                #expect(error?.detail.contains(nobody.description) == true)
            }
            await expect(.userNotFound) { try await storage.transactions(of: nobody, limit: 1) }
            let report = try await storage.auditLedger()
            #expect((report.entries, report.total?.millionths, report.discrepancies.isEmpty) == (2, 200, true))
        }
    }

    @Test("agrees with a model of balances through any changes and transfers, and passes its audit")
    func model() async throws {
        await forAll(cases: 4) { generator in
            try await withStorage { storage in
                let wallets = try generator.wallets(6)
                try await storage.register(wallets)
                var model: [WalletAddress: Int64] = [:]
                var entries = 0
                for _ in 0..<300 {
                    let amount = Int64.random(in: -300...1000, using: &generator)
                    let first = try #require(wallets.randomElement(using: &generator))
                    let second = try #require(wallets.randomElement(using: &generator))
                    let balance = model[first, default: 0]
                    if Bool.random(using: &generator) {
                        let change = try? CreditChange(amount: Credits(millionths: amount), reason: "r")
                        guard let change else { continue }
                        let isDone = (try? await storage.apply(change, to: first)) != nil
                        try hold(isDone == (balance + amount >= 0), "\(amount) to \(balance)")
                        if isDone {
                            model[first] = balance + amount
                            entries += 1
                        }
                    } else {
                        let transfer = try? Transfer(from: first, to: second, amount: Credits(millionths: amount))
                        guard let transfer else { continue }
                        let isDone = (try? await storage.apply(transfer)) != nil
                        try hold(isDone == (balance >= amount), "\(amount) from \(balance)")
                        if isDone {
                            model[first] = balance - amount
                            model[second, default: 0] += amount
                            entries += 2
                        }
                    }
                }
                for wallet in wallets {
                    let stored = try await storage.user(wallet)?.credits.millionths
                    try hold(stored == model[wallet, default: 0], "\(wallet) has \(stored ?? -1)")
                }
                let report = try await storage.auditLedger()
                try hold(report.discrepancies.isEmpty, "\(report.discrepancies)")
                try hold(report.entries == entries && report.users == 6, "\(report)")
                try hold(report.total?.millionths == model.values.reduce(0, +), "\(report)")
            }
        }
    }

    @Test("keeps the sum through transfers of many tasks at once")
    func concurrency() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 3)
            let wallets = try generator.wallets(8)
            try await storage.register(wallets, credits: 1000)
            let done = await withTaskGroup(of: Int.self) { group in
                for seed in 0..<16 {
                    group.addTask {
                        var generator = SeededGenerator(seed: UInt64(seed))
                        var done = 0
                        for _ in 0..<40 {
                            let pair = wallets.shuffled(using: &generator).prefix(2)
                            let amount = Credits(millionths: .random(in: 1...700, using: &generator))
                            let transfer = try? Transfer(from: pair[0], to: pair[1], amount: amount)
                            if let transfer, (try? await storage.apply(transfer)) != nil { done += 1 }
                        }
                        return done
                    }
                }
                return await group.reduce(0, +)
            }
            let report = try await storage.auditLedger()
            #expect(report.discrepancies.isEmpty)
            #expect(report.total?.millionths == 8000)
            #expect(report.entries == 8 + 2 * done)
            #expect(done > 0)
        }
    }

    @Test("shows its pages from the latest entry to the first, each once", arguments: [1, 3, 10, 11])
    func pages(limit: Int) async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 4)
            let (alice, bob) = (try generator.wallet(), try generator.wallet())
            try await storage.register([alice, bob], credits: 100)
            for number in 1...9 {
                let transfer = try Transfer(from: alice, to: bob, amount: Credits(millionths: Int64(number)))
                _ = try await storage.apply(transfer)
            }
            var amounts: [Int64] = []
            var position: LedgerEntry.ID?
            repeat {
                let page = try await storage.transactions(of: alice, before: position, limit: limit)
                amounts += page.items.map(\.posting.amount.millionths)
                position = page.next
            } while position != nil
            #expect(amounts == [-9, -8, -7, -6, -5, -4, -3, -2, -1, 100])
        }
    }

    @Test(
        "lets nobody change or delete an entry, or take a balance below zero",
        arguments: [
            "UPDATE ledger SET amount = 1", "UPDATE ledger SET reason = 'other' WHERE id = 1", "DELETE FROM ledger",
            "DELETE FROM ledger WHERE id = 1", "REPLACE INTO ledger SELECT * FROM ledger WHERE id = 1",
            "INSERT OR REPLACE INTO ledger SELECT * FROM ledger", "UPDATE OR REPLACE ledger SET id = 2 WHERE id = 1",
            "UPDATE users SET credits = -1", "UPDATE users SET credits = credits - 11", "DELETE FROM users",
            "INSERT INTO ledger SELECT 9, wallet, 0, 0, kind, NULL, NULL, NULL, 0 FROM ledger WHERE id = 1",
            "INSERT INTO ledger SELECT 9, 'nobody', 1, 1, kind, NULL, NULL, NULL, 0 FROM ledger WHERE id = 1",
            "UPDATE users SET credits = 'much'",
        ]
    )
    func constraints(sql: String) async throws {
        // PostgreSQL has no REPLACE.
        guard TestedEngine.current == .sqlite || !sql.contains("REPLACE") else { return }
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 5)
            try await storage.register(generator.wallets(2), credits: 10)
            let error = await expect(.databaseFailure) {
                _ = try await storage.write { db in try await db.execute(SQL(unsafeRaw: sql)) }
            }
            // A broken constraint, what a trigger raised, or a value of the wrong type.
            let state = error?.context["server"]?.prefix { $0 != ":" } ?? ""
            #expect(state.hasPrefix("23") || state == "P0001" || state == "22P02", "\(state)")
            #expect(error?.description.contains("ledger") == false)
            let report = try await storage.auditLedger()
            #expect((report.entries, report.discrepancies.isEmpty) == (2, true))
        }
    }
}
