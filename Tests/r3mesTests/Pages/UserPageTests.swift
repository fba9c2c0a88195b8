// SPDX-License-Identifier: Apache-2.0

import R3MESService
import R3MESTestSupport
import Testing

@Suite("Pages of users", .timeLimit(.minutes(5)), .onBothEngines)
struct UserPageTests {
    @Test(
        "Page by page, nobody is missed or seen twice while others register, in every order",
        arguments: ["created_at", "-created_at", "credits", "-credits", "wallet_address", "-wallet_address"]
    )
    func everyOrder(sort: String) async throws {
        let crowd = try UserFixture.crowd(60)
        try await TemporaryFolder.with { folder in
            try await UserFixture.write(crowd, into: folder)
            try await RunningService.with(in: folder) { service in
                let admin = try service.admin
                let seen = try await service.anonymous.all("/v1/users?sort=\(sort)", limit: 7, of: UserBody.self) {
                    // Some of these come before the page, some behind it.
                    try await admin.register(WalletAddress.numbered(1000 + 4 * $0..<1004 + 4 * $0))
                }
                let wallets = seen.map(\.walletAddress)
                #expect(Set(wallets).count == wallets.count, "seen twice")
                #expect(Set(wallets).isSuperset(of: crowd.map(\.walletAddress)), "missed")
                try expectOrder(of: seen, by: sort)
            }
        }
    }

    /// Checks the order; of equals, the one registered first counts as smaller.
    private func expectOrder(of users: [UserBody], by sort: String) throws {
        let registered = try WalletAddress.numbered(0..<60) + WalletAddress.numbered(1000..<1100)
        let keys = try users.map { user in
            let number = try #require(registered.firstIndex(of: user.walletAddress))
            return switch sort.trimmingPrefix("-") {
            case "created_at": (try Timestamp(user.createdAt).microseconds, number, "")
            case "credits": (try Credits(user.credits).millionths, number, "")
            default: (Int64(0), 0, user.walletAddress)
            }
        }
        #expect(zip(keys, keys.dropFirst()).allSatisfy { sort.hasPrefix("-") ? $0 > $1 : $0 < $1 })
    }

    @Test("Filters show whom they promise, alone and together, and hold from page to page")
    func filters() async throws {
        let crowd = try UserFixture.crowd(60)
        let cases: [(query: String, isShown: (UserFixture) -> Bool)] = [
            ("is_miner=true", { $0.isMiner }),
            ("is_miner=false", { !$0.isMiner }),
            ("min_credits=2", { $0.credits >= "2" }),
            ("min_credits=2.000001", { $0.credits == "3" }),
            ("min_credits=-1", { _ in true }),
            ("created_after=2026-01-03T00:00:00Z", { $0.createdAt > "2026-01-04" }),
            ("created_after=2026-01-03T01:00:00%2B02:00", { $0.createdAt > "2026-01-03" }),
            ("is_miner=true&min_credits=1&sort=-credits", { $0.isMiner && $0.credits >= "1" }),
            (
                "is_miner=false&min_credits=3&created_after=2026-01-01T00:00:00Z&sort=wallet_address",
                { !$0.isMiner && $0.credits == "3" && $0.createdAt > "2026-01-02" }
            ),
            ("min_credits=4", { _ in false }),
        ]
        try await TemporaryFolder.with { folder in
            try await UserFixture.write(crowd, into: folder)
            try await RunningService.with(in: folder) { service in
                for (query, isShown) in cases {
                    let seen = try await service.anonymous.all("/v1/users?\(query)", limit: 7, of: UserBody.self)
                    let expected = crowd.filter(isShown).map(\.walletAddress)
                    #expect(seen.map(\.walletAddress).sorted() == expected.sorted(), "\(query)")
                }
            }
        }
    }

    @Test("A page has 20 items unless told otherwise, and never more than 1000")
    func limits() async throws {
        let crowd = try UserFixture.crowd(60)
        try await TemporaryFolder.with { folder in
            try await UserFixture.write(crowd, into: folder)
            try await RunningService.with(in: folder) { service in
                for (query, count, hasMore) in [
                    ("", 20, true), ("?limit=1", 1, true), ("?limit=59", 59, true), ("?limit=60", 60, false),
                    ("?limit=1000", 60, false),
                ] {
                    let page = try await service.anonymous.get("/v1/users" + query)
                        .decoded(PageBody<UserBody>.self)
                    #expect(page.items.count == count && page.hasMore == hasMore, "\(query)")
                }
                for limit in ["0", "-1", "1001", "1e2", "99999999999999999999", "", "%00"] {
                    let problem = try await service.anonymous.get("/v1/users?limit=\(limit)")
                        .expectProblem(400, "R3MES-1002", "\(limit)")
                    #expect(problem.errors?.map(\.field) == ["limit"])
                }
            }
        }
    }
}
