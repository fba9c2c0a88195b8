// SPDX-License-Identifier: Apache-2.0

import R3MESService
import R3MESTestSupport
import Testing

@Suite("Concurrent transfers", .timeLimit(.minutes(5)), .onBothEngines)
struct ConcurrentTransferTests {
    @Test("16 clients move credits among 20 wallets: the sum stays, and no balance is ever below zero")
    func sumStays() async throws {
        let generator = SeededGenerator()
        try await RunningService.with { service in
            let (admin, wallets) = (try service.admin, try WalletAddress.numbered(0..<20))
            try await admin.register(wallets, credits: "5")

            let outcomes = try await withThrowingTaskGroup(of: [Int: Int].self) { group in
                for client in 0..<16 {
                    group.addTask {
                        var random = SeededGenerator(seed: generator.seed &+ UInt64(client))
                        var counts: [Int: Int] = [:]
                        for _ in 0..<30 {
                            let pair = wallets.shuffled(using: &random)
                            // Half of what a wallet has on average, so that many transfers are refused.
                            let amount = Credits(millionths: .random(in: 1...5_000_000, using: &random))
                            let answer = try await admin.transfer(amount.description, from: pair[0], to: pair[1])
                            counts[answer.status, default: 0] += 1
                        }
                        return counts
                    }
                }
                // Reads see balances between zero and all there is, whatever the writers do.
                for _ in 0..<20 {
                    let seen = try await service.anonymous.all("/v1/users", limit: 100, of: UserBody.self)
                    let total = try seen.map { try Credits($0.credits) }.reduce(Credits.zero) { try $0.adding($1) }
                    #expect(total.description == "100", "one page is one snapshot; seed \(generator.seed)")
                    #expect(!seen.contains { $0.credits.hasPrefix("-") }, "seed \(generator.seed)")
                }
                return try await group.reduce(into: [:]) { $0.merge($1) { $0 + $1 } }
            }
            #expect(Set(outcomes.keys).isSubset(of: [201, 402]), "\(outcomes), seed \(generator.seed)")
            #expect(outcomes.values.reduce(0, +) == 480)

            let audit = try await expectExactLedger(in: service.folder)
            #expect(audit.credits == "100" && audit.entries == 20 + 2 * (outcomes[201] ?? 0))
        }
    }
}
