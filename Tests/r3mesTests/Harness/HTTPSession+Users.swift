// SPDX-License-Identifier: Apache-2.0

import Testing

// What most tests begin with.

extension HTTPSession {
    /// Registers wallets and gives each an amount, if there is one.
    func register(_ wallets: [String], credits: String? = nil) async throws {
        for wallet in wallets {
            _ = try await post("/v1/users", ["wallet_address": wallet]).decoded(UserBody.self, status: 201)
            if let credits {
                _ = try await give(wallet, credits).decoded(CreditsBody.self, status: 201)
            }
        }
    }

    func give(_ wallet: String, _ amount: String, idempotencyKey: String? = nil) async throws -> HTTPAnswer {
        let body = ["amount": amount, "reason": "test"]
        return try await post("/v1/users/\(wallet)/credits", body, idempotencyKey: idempotencyKey)
    }

    func transfer(
        _ amount: String,
        from: String,
        to: String,
        idempotencyKey: String? = nil
    ) async throws -> HTTPAnswer {
        let body = ["from": from, "to": to, "amount": amount]
        return try await post("/v1/transfers", body, idempotencyKey: idempotencyKey)
    }

    func user(_ wallet: String) async throws -> UserBody {
        try await get("/v1/users/\(wallet)").decoded()
    }

    /// Makes a key of a wallet and gives its secret.
    func makeKey(_ wallet: String, scopes: String...) async throws -> KeyBody {
        try await post("/v1/users/\(wallet)/api-keys", ["scopes": scopes]).decoded(status: 201)
    }

    /// How often each transfer stands in the ledgers, by its identifier.
    func transferCounts(of wallets: [String]) async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for wallet in wallets {
            let entries = try await all(
                "/v1/users/\(wallet)/transactions",
                limit: 1000,
                of: TransactionBody.self
            )
            for id in entries.compactMap(\.transferId) {
                counts[id, default: 0] += 1
            }
        }
        return counts
    }

    /// All items of a list, page by page, each page by the cursor of the one before.
    ///
    /// - Parameter betweenPages: Called before each page but the first.
    func all<Item: Decodable>(
        _ path: String,
        limit: Int,
        of type: Item.Type = Item.self,
        betweenPages: (Int) async throws -> Void = { _ in }
    ) async throws -> [Item] {
        let first = path + (path.contains("?") ? "&" : "?") + "limit=\(limit)"
        var items: [Item] = []
        var next: String? = first
        var number = 0
        while let path = next {
            if number > 0 { try await betweenPages(number) }
            let answer = try await get(path)
            let page = try answer.decoded(PageBody<Item>.self)
            items += page.items
            try #require(page.hasMore == (page.nextCursor != nil))
            try #require(page.hasMore ? page.items.count == limit : page.items.count <= limit)
            next = page.nextCursor.map { first + "&cursor=\($0)" }
            try #require(answer["Link"] == next.map { "<\($0)>; rel=\"next\"" })
            number += 1
        }
        return items
    }
}

/// Checks that all ledgers of a folder's database add up, by the command for that.
func expectExactLedger(
    in folder: TemporaryFolder,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> AuditBody {
    let audit = try await Command.run("audit", "--json", in: folder)
    #expect(audit.exitCode == 0, "\(audit.errors)", sourceLocation: sourceLocation)
    let body = try audit.decoded(AuditBody.self)
    #expect(body.exact, "\(audit.output)", sourceLocation: sourceLocation)
    return body
}
