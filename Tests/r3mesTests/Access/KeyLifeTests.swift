// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOHTTP1
import R3MESService
import R3MESTestSupport
import Testing

@Suite("API keys", .timeLimit(.minutes(3)))
struct KeyLifeTests {
    @Test("A revoked key is refused by the very next request, and stays in the list")
    func revoked() async throws {
        try await RunningService.with { service in
            let (admin, wallet) = (try service.admin, try WalletAddress.numbered(0).description)
            try await admin.register([wallet])
            let key = try await admin.makeKey(wallet, scopes: "write")
            let owner = service.session(key: try #require(key.secret))
            let keys = "/v1/users/\(wallet)/api-keys"
            #expect(try await owner.get(keys).status == 200)

            let answer = try await owner.delete("\(keys)/\(key.id)")
            #expect(answer.status == 204 && answer.body.isEmpty && answer["Content-Length"] == nil)
            try await owner.get(keys).expectProblem(401, "R3MES-2002")
            try await owner.get("/v1/users").expectProblem(401, "R3MES-2002")

            let listed = try await admin.get(keys).decoded(PageBody<KeyBody>.self).items
            let revokedAt = try #require(listed.first?.revokedAt)
            // Once more changes nothing, and what is not there is said to be not there.
            #expect(try await admin.delete("\(keys)/\(key.id)").status == 204)
            let again = try await admin.get(keys).decoded(PageBody<KeyBody>.self).items
            #expect(again.map(\.revokedAt) == [revokedAt])
            try await admin.delete("\(keys)/nothing").expectProblem(404, "R3MES-3007")
        }
    }

    @Test("A key is valid until it expires")
    func expired() async throws {
        try await RunningService.with { service in
            let (admin, wallet) = (try service.admin, try WalletAddress.numbered(0).description)
            try await admin.register([wallet])
            let keys = "/v1/users/\(wallet)/api-keys"
            let past = try await admin.post(keys, ["expires_at": "2020-01-01T00:00:00Z"])
                .expectProblem(400, "R3MES-1002")
            #expect(past.errors?.map(\.field) == ["expires_at"])

            // Requests follow each other until the moment has passed; the service's clock is this one.
            let moment = Timestamp.now().advanced(by: .milliseconds(300))
            let key: KeyBody = try await admin.post(keys, ["expires_at": moment.description]).decoded(status: 201)
            #expect(key.expiresAt == moment.description)
            let owner = service.session(key: try #require(key.secret))
            while true {
                let asked = Timestamp.now()
                let answer = try await owner.get("/v1/users?limit=1")
                let answered = Timestamp.now()
                if answered < moment {
                    #expect(answer.status == 200)
                } else if asked >= moment {
                    try answer.expectProblem(401, "R3MES-2003")
                    break
                }
            }
        }
    }

    @Test("A secret is shown once: no list, no file and no log has it afterwards")
    func secrecy() async throws {
        try await TemporaryFolder.with { folder in
            var secrets: [String] = []
            try await RunningService.with(in: folder, settings: ["LOG_LEVEL": "trace"]) { service in
                let (admin, wallet) = (try service.admin, try WalletAddress.numbered(0).description)
                try await admin.register([wallet])
                secrets.append(try #require(service.adminKey))
                let key = try await admin.makeKey(wallet, scopes: "write")
                secrets.append(try #require(key.secret))
                #expect(key.secret?.hasPrefix(key.prefix) == true)

                // The answer that is kept for a repeat, in which the secret must be readable for the caller alone.
                let keys = "/v1/users/\(wallet)/api-keys"
                let first = try await admin.post(keys, ["name": "kept"], idempotencyKey: "kept")
                let second = try await admin.post(keys, ["name": "kept"], idempotencyKey: "kept")
                #expect(first.status == 201 && first.body == second.body)
                #expect(second["Idempotent-Replayed"] == "true")
                secrets.append(try #require(try second.decoded(KeyBody.self, status: 201).secret))

                let listing = try await admin.get(keys)
                let listed = try listing.decoded(PageBody<KeyBody>.self).items
                #expect(listed.count == 2 && listed.allSatisfy { $0.secret == nil })
                for secret in secrets {
                    _ = try await service.session(key: secret).get(keys)
                    _ = try await service.session(key: secret + "x").get("/v1/users?cursor=\(secret)")
                    #expect(!listing.text.contains(secret))
                    // While the service runs, the newest rows are in the log file beside the database.
                    #expect(try folder.files(holding: secret) == [])
                }
                #expect(try !folder.files(holding: key.prefix).isEmpty, "the search finds nothing at all")
                await service.end(by: SIGTERM)
                let logged = await service.process.standardError.whole()
                #expect(!logged.isEmpty)
                for secret in secrets {
                    #expect(!logged.contains(secret))
                }
            }
            for secret in secrets {
                #expect(try folder.files(holding: secret) == [])
            }
        }
    }

    @Test("A wallet has as many keys as the configuration allows")
    func limit() async throws {
        try await RunningService.with(settings: ["LIMITS_KEYS_PER_WALLET": "2"]) { service in
            let (admin, wallets) = (try service.admin, try WalletAddress.numbered(0..<2))
            try await admin.register(wallets)
            for _ in 0..<2 { _ = try await admin.makeKey(wallets[0], scopes: "read") }
            try await admin.post("/v1/users/\(wallets[0])/api-keys", ["name": "x"]).expectProblem(409, "R3MES-3008")
            _ = try await admin.makeKey(wallets[1], scopes: "read")
        }
    }

    @Test("What is wrong with a new key is said all at once")
    func refused() async throws {
        try await RunningService.with { service in
            let (admin, wallets) = (try service.admin, try WalletAddress.numbered(0..<2))
            try await admin.register([wallets[0]])
            let body = #"{"name":1,"scopes":["root"],"expires_at":"soon","secret":"mine"}"#
            let problem = try await admin.send(.POST, "/v1/users/\(wallets[0])/api-keys", body: body)
                .expectProblem(400, "R3MES-1002")
            #expect(problem.errors?.map(\.field).sorted() == ["expires_at", "name", "scopes", "secret"])
            try await admin.post("/v1/users/\(wallets[1])/api-keys", ["name": "x"]).expectProblem(404, "R3MES-3001")
            try await admin.get("/v1/users/\(wallets[1])/api-keys").expectProblem(404, "R3MES-3001")
        }
    }
}
