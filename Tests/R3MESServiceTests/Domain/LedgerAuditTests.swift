// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Ledger audits")
struct LedgerAuditTests {
    let wallet: WalletAddress
    let stranger: WalletAddress

    init() throws {
        wallet = try WalletAddress(payload: [UInt8](repeating: 1, count: 20))
        stranger = try WalletAddress(payload: [UInt8](repeating: 2, count: 20))
    }

    func entry(
        _ id: Int64,
        _ amount: Int64,
        after: Int64,
        _ kind: Posting.Kind? = nil,
        of owner: WalletAddress? = nil
    ) -> LedgerEntry {
        let posting = Posting(
            wallet: owner ?? wallet,
            amount: Credits(millionths: amount),
            balanceAfter: Credits(millionths: after),
            kind: kind ?? (amount < 0 ? .debit : .credit)
        )
        return LedgerEntry(id: id, posting: posting, createdAt: .epoch)
    }

    func discrepancy(_ entries: [LedgerEntry], stored: Int64) -> LedgerAudit.Discrepancy? {
        var audit = LedgerAudit(wallet: wallet)
        for entry in entries { audit.add(entry) }
        #expect(audit.entryCount == entries.count)
        return audit.discrepancy(stored: Credits(millionths: stored))
    }

    @Test("find nothing where all agrees")
    func sound() {
        #expect(discrepancy([], stored: 0) == nil)
        #expect(discrepancy([entry(1, 5, after: 5), entry(7, -3, after: 2), entry(8, 4, after: 6)], stored: 6) == nil)
    }

    @Test("find each thing that can be wrong")
    func faults() {
        let first = entry(1, 5, after: 5)
        let (five, six) = (Credits(millionths: 5), Credits(millionths: 6))
        #expect(discrepancy([first], stored: 6)?.fault == .balance(expected: five, stored: six))
        #expect(discrepancy([], stored: 5)?.fault == .balance(expected: .zero, stored: five))
        let lagging = discrepancy([first, entry(2, 1, after: 5)], stored: 5)
        #expect(lagging?.fault == .runningBalance(expected: six, stored: five))
        #expect(discrepancy([first, entry(2, 1, after: 6, of: stranger)], stored: 6)?.fault == .foreignWallet)
        #expect(discrepancy([first, entry(1, 1, after: 6)], stored: 6)?.fault == .order)
        #expect(discrepancy([first, entry(2, -6, after: -1)], stored: -1)?.fault == .range)
        #expect(discrepancy([first, entry(2, .max, after: .max)], stored: .max)?.fault == .range)
        #expect(discrepancy([first, entry(2, 0, after: 5)], stored: 5)?.fault == .sign)
        #expect(discrepancy([first, entry(2, 1, after: 6, .transferOut)], stored: 6)?.fault == .sign)
        #expect(discrepancy([first, entry(2, -1, after: 4, .transferIn)], stored: 4)?.fault == .sign)
    }

    @Test("tell the first of several faults, and where it is")
    func first() {
        let entries = [entry(3, 5, after: 5), entry(4, 1, after: 7), entry(5, 1, after: 9), entry(5, 0, after: 9)]
        let found = discrepancy(entries, stored: 100)
        #expect(found?.entryID == 4)
        #expect(found?.description == "entry 4: the balance after it should be 0.000006, and is 0.000007")
    }

    @Test("find any one entry of a sound ledger altered, lost or doubled")
    func tampering() {
        forAll(cases: 500) { generator in
            var entries: [LedgerEntry] = []
            var balance: Int64 = 0
            for id in 1...20 {
                var amount = Int64.random(in: -balance...1000, using: &generator)
                if amount == 0 { amount = 1 }
                balance += amount
                entries.append(entry(Int64(id), amount, after: balance))
            }
            try hold(discrepancy(entries, stored: balance) == nil, "a sound ledger was refused")
            let index = Int.random(in: 0..<20, using: &generator)
            let victim = entries[index]
            let (amount, after) = (victim.posting.amount.millionths, victim.posting.balanceAfter.millionths)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: entries.remove(at: index)
            case 1: entries.insert(victim, at: index)
            case 2: entries[index] = entry(victim.id, amount + 1, after: after)
            default: entries[index] = entry(victim.id, amount, after: after - 1)
            }
            try hold(discrepancy(entries, stored: balance) != nil, "entry \(victim.id)")
        }
    }
}
