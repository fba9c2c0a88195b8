// SPDX-License-Identifier: Apache-2.0

import R3MESService
import R3MESTestSupport
import Testing

@Suite("Cursors", .timeLimit(.minutes(5)), .onBothEngines)
struct CursorTests {
    @Test("A cursor that was changed anywhere is refused", arguments: ["created_at", "-credits", "wallet_address"])
    func tampered(sort: String) async throws {
        // Neighbours differ in the last bit, which in the last character may be one that no byte needs.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let list = "/v1/users?limit=2&sort=\(sort)"
        try await TemporaryFolder.with { folder in
            try await UserFixture.write(UserFixture.crowd(8), into: folder)
            try await RunningService.with(in: folder) { service in
                let cursor = try await cursor(service.anonymous, list)
                var changed = try cursor.indices.map { index in
                    let position = try #require(alphabet.firstIndex(of: cursor[index]))
                    var text = cursor
                    text.replaceSubrange(index...index, with: String(alphabet[position ^ 1]))
                    return text
                }
                changed += ["", "A", String(cursor.dropLast()), cursor + "A", cursor + cursor, cursor + "=", "%00"]
                changed += ["null", "%F0%9F%99%82", "%ff", String(repeating: "A", count: 4000)]
                for text in changed {
                    try await service.anonymous.get("\(list)&cursor=\(text)")
                        .expectProblem(400, "R3MES-1013", "\(text)")
                }
                _ = try await service.anonymous.get("\(list)&cursor=\(cursor)").decoded(PageBody<UserBody>.self)
            }
        }
    }

    @Test("A cursor is refused by every list but its own")
    func foreign() async throws {
        try await TemporaryFolder.with { folder in
            try await UserFixture.write(UserFixture.crowd(8), into: folder)
            try await RunningService.with(in: folder) { service in
                let (admin, wallets) = (try service.admin, try WalletAddress.numbered(1..<3))
                for wallet in wallets {
                    for _ in 0..<3 { _ = try await admin.give(wallet, "1") }
                }
                let transactions = wallets.map { "/v1/users/\($0)/transactions?limit=2" }
                let lists =
                    transactions + [
                        "/v1/users?limit=2", "/v1/users?limit=2&sort=-created_at", "/v1/users?limit=2&sort=credits",
                        "/v1/users?limit=2&is_miner=false", "/v1/users?limit=2&min_credits=0",
                        "/v1/users?limit=2&created_after=2025-01-01T00:00:00Z",
                        "/v1/users?limit=2&sort=wallet_address",
                    ]
                for own in lists {
                    let cursor = try await cursor(admin, own)
                    for list in lists {
                        let answer = try await admin.get("\(list)&cursor=\(cursor)")
                        if list == own {
                            #expect(answer.status == 200, "\(own)")
                        } else {
                            try answer.expectProblem(400, "R3MES-1013", "\(own) \(list)")
                        }
                    }
                }
            }
        }
    }

    @Test("A cursor outlives a restart and takes any limit, but not another secret")
    func restart() async throws {
        try await TemporaryFolder.with { folder in
            try await UserFixture.write(UserFixture.crowd(8), into: folder)
            let next = try await RunningService.with(in: folder) { service in
                try await "/v1/users?cursor=" + cursor(service.anonymous, "/v1/users?limit=3")
            }
            try await RunningService.with(in: folder) { service in
                let page = try await service.anonymous.get(next + "&limit=4").decoded(PageBody<UserBody>.self)
                #expect(page.items.count == 4 && page.hasMore)
            }
            let secret = String(repeating: "s", count: 32)
            try await RunningService.with(in: folder, settings: ["SECURITY_CURSOR_SECRET": secret]) { service in
                try await service.anonymous.get(next).expectProblem(400, "R3MES-1013")
            }
        }
    }

    private func cursor(_ session: HTTPSession, _ path: String) async throws -> String {
        let page = try await session.get(path).decoded(PageBody<Anything>.self)
        return try #require(page.nextCursor, "\(path)")
    }
}

/// An item of a page that is of no interest.
private struct Anything: Decodable {}
