// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESService
import R3MESTestSupport
import Testing

@Suite("Ledger", .timeLimit(.minutes(5)), .onBothEngines)
struct LedgerTests {
    @Test("A user is registered, gets credits, sends some by its own key, and the ledger tells all of it")
    func registrationToLedger() async throws {
        try await RunningService.with { service in
            let (admin, wallets) = (try service.admin, try WalletAddress.numbered(0..<2))
            let (sender, receiver) = (wallets[0], wallets[1])

            let registered = try await admin.post("/v1/users", Registration(walletAddress: sender, isMiner: true))
            #expect(registered["Location"] == "/v1/users/\(sender)")
            let user = try registered.decoded(UserBody.self, status: 201)
            #expect(user.walletAddress == sender && user.credits == "0" && user.isMiner)
            #expect(user.createdAt == user.updatedAt && user.lastMiningAt == nil)
            #expect(try await service.anonymous.user(sender) == user)
            try await admin.register([receiver])
            try await admin.post("/v1/users", ["wallet_address": sender]).expectProblem(409, "R3MES-3002")

            let credited = try await admin.give(sender, "100.5").decoded(CreditsBody.self, status: 201)
            #expect(credited.credits == "100.5")
            #expect(credited.transaction.kind == "credit" && credited.transaction.reason == "test")

            let key = try await admin.makeKey(sender, scopes: "write")
            let owner = service.session(key: try #require(key.secret))
            let transfer = try await owner.transfer("0.000001", from: sender, to: receiver)
                .decoded(TransferBody.self, status: 201)
            #expect(transfer.from == sender && transfer.to == receiver && transfer.amount == "0.000001")
            let (sent, received) = (transfer.transactions[0], transfer.transactions[1])
            #expect(sent.amount == "-0.000001" && sent.balanceAfter == "100.499999" && sent.kind == "transfer_out")
            #expect(received.amount == "0.000001" && received.balanceAfter == "0.000001")
            #expect(received.kind == "transfer_in" && received.counterparty == sender)
            #expect(sent.transferId == transfer.transferId && received.transferId == transfer.transferId)

            for _ in 0..<9 {
                _ = try await owner.transfer("1.1", from: sender, to: receiver)
                    .decoded(TransferBody.self, status: 201)
            }
            let debited = try await admin.give(sender, "-3.5").decoded(CreditsBody.self, status: 201)
            #expect(debited.transaction.kind == "debit" && debited.credits == "87.099999")

            for (wallet, balance, count) in [(sender, "87.099999", 12), (receiver, "9.900001", 10)] {
                let entries = try await admin.all(
                    "/v1/users/\(wallet)/transactions",
                    limit: 3,
                    of: TransactionBody.self
                )
                #expect(entries.count == count)
                #expect(zip(entries, entries.dropFirst()).allSatisfy { $0.id > $1.id })
                try expectRunningBalances(of: entries)
                #expect(entries.first?.balanceAfter == balance)
                #expect(try await service.anonymous.user(wallet).credits == balance)
            }
            #expect(try await expectExactLedger(in: service.folder).entries == 22)
        }
    }

    @Test("What the rules refuse changes nothing")
    func refusals() async throws {
        try await RunningService.with { service in
            let (admin, wallets) = (try service.admin, try WalletAddress.numbered(0..<3))
            let (rich, poor, unknown) = (wallets[0], wallets[1], wallets[2])
            try await admin.register([rich, poor], credits: "10")

            try await admin.transfer("10.000001", from: poor, to: rich).expectProblem(402, "R3MES-3003")
            try await admin.give(poor, "-10.000001").expectProblem(402, "R3MES-3003")
            try await admin.transfer("1", from: rich, to: unknown).expectProblem(404, "R3MES-3001")
            try await admin.transfer("1", from: unknown, to: rich).expectProblem(404, "R3MES-3001")
            try await admin.give(unknown, "1").expectProblem(404, "R3MES-3001")
            try await admin.transfer("1", from: rich, to: rich).expectProblem(400, "R3MES-3006")
            try await admin.transfer("1", from: rich, to: rich.uppercased()).expectProblem(400, "R3MES-3006")
            try await admin.transfer("0", from: rich, to: poor).expectProblem(400, "R3MES-3005")
            try await admin.transfer("-1", from: rich, to: poor).expectProblem(400, "R3MES-3005")
            try await admin.give(rich, "0.000000").expectProblem(400, "R3MES-3005")
            for amount in ["1e3", "+1", "1.0000001", ".5", "5.", " 1", "", "NaN", "9223372036854.775808"] {
                let problem = try await admin.transfer(amount, from: rich, to: poor)
                    .expectProblem(400, "R3MES-1002", "\(amount)")
                #expect(problem.errors?.map(\.field) == ["amount"], "\(amount)")
            }
            try await admin.give(rich, "9223372036854.775807").expectProblem(409, "R3MES-3004")

            for wallet in [rich, poor] {
                #expect(try await admin.user(wallet).credits == "10")
            }
            #expect(try await expectExactLedger(in: service.folder).entries == 2)
        }
    }

    @Test("A look-up answers in the order asked, with null for strangers, and twice for who is asked for twice")
    func lookup() async throws {
        try await RunningService.with { service in
            let wallets = try WalletAddress.numbered(0..<4)
            try await service.admin.register(Array(wallets[..<3]))
            let asked = [wallets[2], wallets[3], wallets[0].uppercased(), wallets[2]]
            let answer = try await service.anonymous.post("/v1/users/lookup", ["wallets": asked])
            let found = try answer.decoded(LookupBody.self).items.map { $0?.walletAddress }
            #expect(found == [wallets[2], nil, wallets[0], wallets[2]])

            let tooMany = try await service.anonymous
                .post("/v1/users/lookup", ["wallets": WalletAddress.numbered(0..<1001)])
                .expectProblem(400, "R3MES-1002")
            #expect(tooMany.errors?.map(\.field) == ["wallets"])
            let wrong = try await service.anonymous
                .post("/v1/users/lookup", ["wallets": [wallets[0], "remes1x", "", wallets[1]]])
                .expectProblem(400, "R3MES-1002")
            #expect(wrong.errors?.map(\.field) == ["wallets.1", "wallets.2"])
        }
    }
}

/// The body of `POST /v1/users`.
struct Registration: Encodable {
    let walletAddress: String
    let isMiner: Bool

    enum CodingKeys: String, CodingKey {
        case walletAddress = "wallet_address"
        case isMiner = "is_miner"
    }
}

/// Checks that every entry's balance is the balance before it and its amount.
///
/// - Parameter entries: All entries of one wallet, the latest first.
private func expectRunningBalances(of entries: [TransactionBody]) throws {
    var balance = Credits.zero
    for entry in entries.reversed() {
        balance = try balance.adding(Credits(entry.amount))
        #expect(balance.description == entry.balanceAfter, "entry \(entry.id)")
    }
}
