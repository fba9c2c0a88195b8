// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESService
import R3MESTestSupport
import Testing

@Suite("Crashes", .timeLimit(.minutes(5)), .onBothEngines)
struct CrashTests {
    @Test("Killed in the middle of transfers, the service loses nothing it acknowledged and does nothing by half")
    func killed() async throws {
        let generator = SeededGenerator()
        let seed: Comment = "seed \(generator.seed)"
        try await TemporaryFolder.with { folder in
            var random = generator
            let wallets = try WalletAddress.numbered(0..<8)
            let key = try await RunningService.with(in: folder) { service in
                try await service.admin.register(wallets, credits: "1000")
                return try #require(service.adminKey)
            }
            let log = TransferLog()
            for round in 0..<3 {
                let moment = Int.random(in: 1...60, using: &random)
                let client = random
                try await RunningService.with(in: folder) { service in
                    await storm(service, key: key, wallets, round: round, killAfter: moment, random: client, log)
                    #expect(await service.process.waitForEnd() == .signalled(SIGKILL), seed)
                }
                let audit = try await expectExactLedger(in: folder)
                #expect(audit.credits == "8000", seed)
            }

            try await RunningService.with(in: folder) { service in
                let admin = service.session(key: key)
                let before = try await admin.transferCounts(of: wallets)
                #expect(log.acknowledged.values.allSatisfy { before[$0] == 2 }, seed)

                // Sent once more, each request has its first answer or its first effect: one effect in all.
                for (idempotencyKey, order) in log.sent {
                    let answer = try await admin.post("/v1/transfers", order, idempotencyKey: idempotencyKey)
                    let id = try answer.decoded(TransferBody.self, status: 201).transferId
                    #expect(log.acknowledged[idempotencyKey] ?? id == id, seed)
                }
                let after = try await admin.transferCounts(of: wallets)
                #expect(after.count == log.sent.count && after.values.allSatisfy { $0 == 2 }, seed)
            }
            #expect(try await expectExactLedger(in: folder).entries == 8 + 2 * log.sent.count, seed)
        }
    }

    /// Sends transfers from several clients until so many are acknowledged, then kills the service at once.
    private func storm(
        _ service: RunningService,
        key: String,
        _ wallets: [String],
        round: Int,
        killAfter moment: Int,
        random: SeededGenerator,
        _ log: TransferLog
    ) async {
        let session = service.session(key: key)
        let start = log.acknowledged.count
        await withTaskGroup { group in
            for client in 0..<8 {
                group.addTask {
                    var random = SeededGenerator(seed: random.seed &+ UInt64(100 * round + client))
                    for number in 0... {
                        let pair = wallets.shuffled(using: &random)
                        let idempotencyKey = "\(round)-\(client)-\(number)"
                        let order = ["from": pair[0], "to": pair[1], "amount": "0.01"]
                        log.send(order, key: idempotencyKey)
                        guard
                            let answer = try? await session.post(
                                "/v1/transfers",
                                order,
                                idempotencyKey: idempotencyKey
                            ),
                            let transfer = try? answer.decoded(TransferBody.self, status: 201)
                        else { return }
                        if log.acknowledge(transfer.transferId, key: idempotencyKey) - start >= moment {
                            service.process.send(SIGKILL)
                        }
                    }
                }
            }
        }
    }
}
