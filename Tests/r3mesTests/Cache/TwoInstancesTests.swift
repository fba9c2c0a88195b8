// SPDX-License-Identifier: Apache-2.0

import R3MESService
import R3MESTestSupport
import Testing

@Suite(
    "Two instances on one database and one Redis",
    .timeLimit(.minutes(5)),
    .enabled(if: TestServices.redis.shouldRun, "\(TestServices.redis.reason)"),
    .onBothEngines
)
struct TwoInstancesTests {
    @Test("see each other's transfers, and refuse a key that was revoked elsewhere")
    func coherent() async throws {
        let redis = try #require(TestServices.redis.url, "\(TestServices.redis.reason)")
        // All tests share Redis, so nobody else's wallets.
        let first = Int(SeededGenerator().seed % 1_000_000_000)
        let wallets = try WalletAddress.numbered(first..<first + 4)
        try await TemporaryFolder.with { folder in
            try await RunningService.with(["--cache", redis], in: folder) { one in
                try await RunningService.with(["--cache", redis], in: folder) { other in
                    let (admin, otherAdmin) = (try one.admin, other.session(key: try #require(one.adminKey)))
                    try await admin.register(wallets, credits: "100")
                    for round in 0..<20 {
                        let (writer, reader) = round.isMultiple(of: 2) ? (admin, otherAdmin) : (otherAdmin, admin)
                        for wallet in wallets { _ = try await reader.user(wallet) }
                        let (from, to) = (wallets[round % 4], wallets[(round + 1) % 4])
                        let answer = try await writer.transfer("0.5", from: from, to: to)
                        #expect(answer.status == 201)
                        // Whoever wrote sees it at once, the other one soon.
                        for wallet in [from, to] {
                            let credits = try await writer.user(wallet).credits
                            try await eventually { try await reader.user(wallet).credits == credits }
                        }
                    }
                    let key = try await admin.makeKey(wallets[0], scopes: "write")
                    let owner = other.session(key: try #require(key.secret))
                    #expect(try await owner.get("/v1/users/\(wallets[0])/transactions").status == 200)
                    try await Command.run(
                        ["keys", "revoke", key.id, "--wallet", wallets[0], "--cache", redis],
                        in: folder
                    ).expectGood()
                    try await eventually { try await owner.get("/v1/users?limit=1").status == 401 }
                }
            }
        }
    }
}
