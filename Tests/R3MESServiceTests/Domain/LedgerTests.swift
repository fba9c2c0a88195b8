// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("The ledger")
struct LedgerTests {
    let alice: WalletAddress
    let bob: WalletAddress
    let ten = Credits(millionths: 10_000_000)

    init() throws {
        alice = try WalletAddress(payload: [UInt8](repeating: 1, count: 20))
        bob = try WalletAddress(payload: [UInt8](repeating: 2, count: 20))
    }

    @Test("lets a balance fall to zero and not below, rise to the end and not beyond")
    func balance() throws {
        let balance = try Balance(ten)
        #expect(try balance.applying(ten.negated()) == .zero)
        expect(.creditsInsufficient) { try balance.applying(Credits(millionths: -10_000_001)) }
        expect(.creditsInsufficient) { try balance.applying(.min) }
        expect(.balanceOverflow) { try balance.applying(.max) }
        #expect(try Balance(.max).applying(.zero).credits == .max)
        expect(.ledgerBroken) { try Balance(Credits(millionths: -1)) }
    }

    @Test("enters a change of credits under its kind")
    func change() throws {
        let credit = try CreditChange(amount: ten, reason: "won").posting(to: alice, balance: .zero)
        #expect(
            credit == Posting(wallet: alice, amount: ten, balanceAfter: ten, kind: .credit, reason: "won")
        )
        let debit = try CreditChange(amount: ten.negated(), reason: "spent").posting(to: alice, balance: Balance(ten))
        #expect(debit.kind == .debit)
        #expect(debit.balanceAfter == .zero)
        expect(.creditsInsufficient) {
            try CreditChange(amount: ten.negated(), reason: "spent").posting(to: alice, balance: .zero)
        }
    }

    @Test("takes no change of nothing, and none without a proper reason")
    func wrongChange() throws {
        expect(.amountNotAllowed) { try CreditChange(amount: .zero, reason: "why") }
        for reason in ["", String(repeating: "r", count: 201), "a\u{0}b", "a\tb", "\u{9B}"] {
            let error = expect(.invalidFields) { try CreditChange(amount: ten, reason: reason) }
            #expect(error?.fieldErrors.map(\.field) == ["reason"])
        }
        _ = try CreditChange(amount: ten, reason: String(repeating: "é", count: 200))
    }

    @Test("moves credits between two wallets by two postings that cancel out")
    func transfer() throws {
        let transfer = try Transfer(from: alice, to: bob, amount: ten)
        let (outgoing, incoming) = try transfer.postings(id: "t1", senderBalance: Balance(ten), receiverBalance: .zero)
        #expect(
            outgoing
                == Posting(
                    wallet: alice,
                    amount: try ten.negated(),
                    balanceAfter: .zero,
                    kind: .transferOut,
                    counterparty: bob,
                    transferID: "t1"
                )
        )
        #expect(
            incoming
                == Posting(
                    wallet: bob,
                    amount: ten,
                    balanceAfter: ten,
                    kind: .transferIn,
                    counterparty: alice,
                    transferID: "t1"
                )
        )
    }

    @Test("takes no transfer to oneself, of nothing, beyond the balance or into one that is full")
    func wrongTransfer() throws {
        expect(.transferToSelf) { try Transfer(from: alice, to: alice, amount: ten) }
        expect(.amountNotAllowed) { try Transfer(from: alice, to: bob, amount: .zero) }
        expect(.amountNotAllowed) { try Transfer(from: alice, to: bob, amount: .min) }
        let transfer = try Transfer(from: alice, to: bob, amount: ten)
        expect(.creditsInsufficient) {
            try transfer.postings(id: "t", senderBalance: .zero, receiverBalance: .zero)
        }
        expect(.balanceOverflow) {
            try transfer.postings(id: "t", senderBalance: Balance(ten), receiverBalance: Balance(.max))
        }
    }

    @Test("keeps the total, stays at or above zero and passes its audit through any transfers")
    func randomTransfers() {
        forAll(cases: 30) { generator in
            let wallets = try (0..<5).map { _ in try generator.wallet() }
            var balances: [WalletAddress: Balance] = [:]
            var audits: [WalletAddress: LedgerAudit] = [:]
            for wallet in wallets { audits[wallet] = LedgerAudit(wallet: wallet) }
            var nextID: Int64 = 1
            func enter(_ posting: Posting) throws {
                balances[posting.wallet] = try Balance(posting.balanceAfter)
                audits[posting.wallet]?.add(LedgerEntry(id: nextID, posting: posting, createdAt: .epoch))
                nextID += 1
            }
            let gift = try CreditChange(amount: Credits(millionths: 1_000_000), reason: "gift")
            for wallet in wallets { try enter(gift.posting(to: wallet, balance: .zero)) }

            for number in 0..<400 {
                let sender = try #require(wallets.randomElement(using: &generator))
                let receiver = try #require(wallets.randomElement(using: &generator))
                let amount = Credits(millionths: Int64.random(in: -10...600_000, using: &generator))
                guard
                    let transfer = try? Transfer(from: sender, to: receiver, amount: amount),
                    let postings = try? transfer.postings(
                        id: "\(number)",
                        senderBalance: balances[sender] ?? .zero,
                        receiverBalance: balances[receiver] ?? .zero
                    )
                else { continue }
                try enter(postings.outgoing)
                try enter(postings.incoming)
            }
            let total = balances.values.reduce(0) { $0 + $1.credits.millionths }
            try hold(total == 5_000_000, "the total became \(total)")
            for (wallet, audit) in audits {
                let fault = audit.discrepancy(stored: balances[wallet]?.credits ?? .zero)
                try hold(fault == nil, "\(String(describing: fault))")
            }
        }
    }
}
