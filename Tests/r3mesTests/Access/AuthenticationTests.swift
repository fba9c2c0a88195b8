// SPDX-License-Identifier: Apache-2.0

import R3MESService
import R3MESTestSupport
import Testing

@Suite("Authentication", .timeLimit(.minutes(5)), .onBothEngines)
struct AuthenticationTests {
    @Test("A valid key is taken from either header, and from both if they agree")
    func accepted() async throws {
        try await RunningService.with { service in
            let key = try #require(service.adminKey)
            for headers in [
                ["X-API-Key": key], ["Authorization": "Bearer \(key)"], ["Authorization": "bearer   \(key)"],
                ["X-API-Key": key, "Authorization": "BEARER \(key)"],
            ] {
                let path = "/v1/users/\(try WalletAddress.numbered(0))/transactions"
                try await service.anonymous.get(path, headers: headers).expectProblem(404, "R3MES-3001")
            }
        }
    }

    @Test("A key that is not valid is refused everywhere, even where none is needed, and by the same words")
    func refused() async throws {
        try await RunningService.with { service in
            let key = try #require(service.adminKey)
            let other = String(key.dropLast()) + (key.hasSuffix("A") ? "B" : "A")
            let unknown = "r3k_" + String(repeating: "A", count: 43)
            var details: Set<String> = []
            for path in ["/v1/users", "/health/live", "/v1/users/x/transactions"] {
                for wrong in [other, unknown, "", "r3k_", "x", key + "A", String(key.dropLast()), " \(key)x"] {
                    let problem = try await service.anonymous.get(path, headers: ["X-API-Key": wrong])
                        .expectProblem(401, "R3MES-2002", "\(path) \(wrong)")
                    details.insert(problem.detail)
                }
                for wrong in ["Bearer", "Bearer ", "Basic \(key)", key, "Bearer \(key) \(key)", "Bearer \(other)"] {
                    try await service.anonymous.get(path, headers: ["Authorization": wrong])
                        .expectProblem(401, "R3MES-2002", "\(path) \(wrong)")
                }
                let both = ["X-API-Key": key, "Authorization": "Bearer \(other)"]
                try await service.anonymous.get(path, headers: both).expectProblem(401, "R3MES-2002")
            }
            #expect(details.count == 1, "an unknown key can be told from a malformed one: \(details)")
        }
    }

    @Test("Without a key, public user data can be read and nothing else")
    func anonymous() async throws {
        try await RunningService.with { service in
            let wallet = try WalletAddress.numbered(0).description
            try await service.admin.register([wallet])
            let nobody = service.anonymous
            for path in ["/v1/users", "/v1/users/\(wallet)"] {
                #expect(try await nobody.get(path).status == 200)
            }
            #expect(try await nobody.post("/v1/users/lookup", ["wallets": [wallet]]).status == 200)

            for path in ["/v1/users/\(wallet)/transactions", "/v1/users/\(wallet)/api-keys"] {
                try await nobody.get(path).expectProblem(401, "R3MES-2001", "\(path)")
            }
            let writes = ["/v1/users", "/v1/transfers", "/v1/users/\(wallet)/credits", "/v1/users/\(wallet)/api-keys"]
            for path in writes {
                try await nobody.post(path, ["amount": "1"]).expectProblem(401, "R3MES-2001", "\(path)")
            }
            try await nobody.delete("/v1/users/\(wallet)/api-keys/x").expectProblem(401, "R3MES-2001")
        }
    }

    @Test("With open reads switched off, reading takes a key as well")
    func closedReads() async throws {
        try await RunningService.with(settings: ["AUTH_OPEN_READS": "false"]) { service in
            let wallet = try WalletAddress.numbered(0).description
            try await service.admin.register([wallet])
            let reader = service.session(
                key: try #require(try await service.admin.makeKey(wallet, scopes: "read").secret)
            )
            for path in ["/v1/users", "/v1/users/\(wallet)"] {
                try await service.anonymous.get(path).expectProblem(401, "R3MES-2001", "\(path)")
                #expect(try await reader.get(path).status == 200)
            }
            let lookup = ["wallets": [wallet]]
            try await service.anonymous.post("/v1/users/lookup", lookup).expectProblem(401, "R3MES-2001")
            #expect(try await reader.post("/v1/users/lookup", lookup).status == 200)
            #expect(try await service.anonymous.get("/health/live").status == 200)
        }
    }

    @Test("With authentication switched off, everybody may do everything and no key is made")
    func switchedOff() async throws {
        try await RunningService.with(settings: ["AUTH_MODE": "none"]) { service in
            #expect(service.adminKey == nil)
            try await service.anonymous.register([WalletAddress.numbered(0).description], credits: "1")
        }
    }
}
