// SPDX-License-Identifier: Apache-2.0

import R3MESService
import R3MESTestSupport
import Testing

@Suite("Scopes", .timeLimit(.minutes(5)), .onBothEngines)
struct ScopeTests {
    @Test("A key does what its scope says, to its own wallet alone")
    func scopes() async throws {
        try await RunningService.with { service in
            let (admin, wallets) = (try service.admin, try WalletAddress.numbered(0..<2))
            let (own, other) = (wallets[0], wallets[1])
            try await admin.register(wallets, credits: "10")
            let reader = service.session(key: try #require(try await admin.makeKey(own, scopes: "read").secret))
            let writer = service.session(key: try #require(try await admin.makeKey(own, scopes: "write").secret))
            let deputy = service.session(key: try #require(try await admin.makeKey(own, scopes: "admin").secret))

            // Reading: the wallet's own ledger and keys.
            for path in ["transactions", "api-keys"] {
                for session in [reader, writer, deputy] {
                    #expect(try await session.get("/v1/users/\(own)/\(path)").status == 200)
                }
                for session in [reader, writer] {
                    try await session.get("/v1/users/\(other)/\(path)").expectProblem(403, "R3MES-2004")
                }
                #expect(try await deputy.get("/v1/users/\(other)/\(path)").status == 200)
            }

            // Writing: out of the own wallet only.
            try await reader.transfer("1", from: own, to: other).expectProblem(403, "R3MES-2004")
            try await writer.transfer("1", from: other, to: own).expectProblem(403, "R3MES-2004")
            #expect(try await writer.transfer("1", from: own, to: other).status == 201)
            #expect(try await deputy.transfer("1", from: other, to: own).status == 201)

            // Registering and giving credits: administrators only.
            let wallet = try WalletAddress.numbered(2).description
            for session in [reader, writer] {
                try await session.post("/v1/users", ["wallet_address": wallet]).expectProblem(403, "R3MES-2004")
                try await session.give(own, "1").expectProblem(403, "R3MES-2004")
            }
            try await deputy.register([wallet], credits: "1")
            #expect(try await admin.user(own).credits == "10")
        }
    }

    @Test("Nobody grants more than they have")
    func granting() async throws {
        try await RunningService.with { service in
            let (admin, wallets) = (try service.admin, try WalletAddress.numbered(0..<2))
            let (own, other) = (wallets[0], wallets[1])
            try await admin.register(wallets)
            let reader = service.session(key: try #require(try await admin.makeKey(own, scopes: "read").secret))
            let writer = service.session(key: try #require(try await admin.makeKey(own, scopes: "write").secret))

            let keys = "/v1/users/\(own)/api-keys"
            for scope in ["read", "write", "admin"] {
                try await reader.post(keys, ["scopes": [scope]]).expectProblem(403, "R3MES-2004", "\(scope)")
                try await writer.post("/v1/users/\(other)/api-keys", ["scopes": [scope]])
                    .expectProblem(403, "R3MES-2004", "\(scope)")
            }
            try await writer.post(keys, ["scopes": ["admin"]]).expectProblem(403, "R3MES-2004")
            try await writer.post(keys, ["scopes": ["read", "admin"]]).expectProblem(403, "R3MES-2004")
            #expect(try await writer.makeKey(own, scopes: "write").scopes == ["read", "write"])
            #expect(try await writer.makeKey(own, scopes: "read").scopes == ["read"])
            #expect(try await admin.makeKey(own, scopes: "admin").scopes == ["read", "write", "admin"])

            for (id, session) in [("x", reader), ("x", writer)] {
                let path = "/v1/users/\(other)/api-keys/\(id)"
                try await session.delete(path).expectProblem(403, "R3MES-2004")
            }
        }
    }
}
