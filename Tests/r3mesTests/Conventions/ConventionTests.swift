// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import R3MESService
import R3MESTestSupport
import Testing

// That every answer has an X-Request-ID and a Server-Timing is checked by the harness on every request of every test.

@Suite("Conventions", .timeLimit(.minutes(5)), .onBothEngines)
struct ConventionTests {
    @Test("A sane request ID is taken over and any other replaced, in answers of every kind")
    func requestIDs() async throws {
        try await RunningService.with { service in
            let paths = ["/v1/users", "/v1/nothing", "/v1/users/x", "/health/live", "/v1/users?x=1"]
            let session = service.anonymous
            for path in paths {
                for sane in ["a", "Req_1.b-C", String(repeating: "x", count: 128)] {
                    let answer = try await session.get(path, headers: ["X-Request-ID": sane])
                    #expect(answer["X-Request-ID"] == sane, "\(path)")
                }
                for odd in ["", "a b", "a\"b", "é", "a;b=c", "<script>", String(repeating: "x", count: 129)] {
                    let answer = try await session.get(path, headers: ["X-Request-ID": odd])
                    #expect(answer["X-Request-ID"]?.count == 32, "\(path) \(odd)")
                    #expect(answer["X-Request-ID"] != odd)
                }
            }
            var made: Set<String> = []
            for _ in 0..<10 {
                made.insert(try #require(try await session.get("/v1/users")["X-Request-ID"]))
            }
            #expect(made.count == 10)
        }
    }

    @Test("Server-Timing says where the time went: in the database, and on the key if one came")
    func serverTiming() async throws {
        try await RunningService.with { service in
            let open = try #require(try await service.anonymous.get("/v1/users")["Server-Timing"])
            #expect(open.contains("db;dur=") && !open.contains("auth;dur="))
            let keyed = try #require(try await service.admin.get("/v1/users")["Server-Timing"])
            #expect(keyed.contains("db;dur=") && keyed.contains("auth;dur="))
            let none = try #require(try await service.anonymous.get("/health/live")["Server-Timing"])
            #expect(!none.contains("db;dur="))
        }
    }

    @Test("HEAD is answered like GET, without the body")
    func head() async throws {
        try await RunningService.with { service in
            let wallet = try WalletAddress.numbered(0).description
            try await service.admin.register([wallet])
            for path in ["/v1/users", "/v1/users/\(wallet)", "/health/live", "/v1/nothing", "/v1/users/x"] {
                let get = try await service.anonymous.get(path)
                let head = try await service.anonymous.send(.HEAD, path)
                #expect(head.status == get.status, "\(path)")
                #expect(head.body.isEmpty, "\(path)")
                #expect(head["Content-Type"] == get["Content-Type"], "\(path)")
                #expect(head["Content-Length"] == get["Content-Length"], "\(path)")
            }
        }
    }

    @Test("A page comes packed as the client wants it, and not at all if the client has it already")
    func packedAndUnchanged() async throws {
        try await RunningService.with { service in
            let wallets = try (0..<50).map { try WalletAddress.numbered($0).description }
            try await service.admin.register(wallets)
            let path = "/v1/users?limit=50"
            let plain = try await service.anonymous.get(path, headers: ["Accept-Encoding": "identity"])
            #expect(plain["Content-Encoding"] == nil && plain["Vary"] == "Accept-Encoding")
            for coding in ["zstd", "br", "gzip", "deflate"] {
                let packed = try await service.anonymous.get(path, headers: ["Accept-Encoding": coding])
                #expect(packed["Content-Encoding"] == coding && packed["Vary"] == "Accept-Encoding")
                #expect(packed.body.count * 4 < plain.body.count, "\(coding)")
                let tag = try #require(packed["ETag"])
                #expect(tag != plain["ETag"])
                let again = try await service.anonymous.get(
                    path,
                    headers: ["Accept-Encoding": coding, "If-None-Match": tag]
                )
                #expect(again.status == 304 && again.body.isEmpty && again["ETag"] == tag, "\(coding)")
            }
            try await service.admin.register([WalletAddress.numbered(50).description])
            let changed = try await service.anonymous.get(
                "/v1/users?limit=51",
                headers: ["If-None-Match": plain["ETag"] ?? ""]
            )
            #expect(changed.status == 200)
            let one = try await service.anonymous.get("/v1/users/\(wallets[0])", headers: ["Accept-Encoding": "gzip"])
            #expect(one["Content-Encoding"] == nil && one["X-Content-Type-Options"] == "nosniff")
        }
    }

    @Test("Who takes no coding at all gets a 406 in the form of all errors")
    func notAcceptable() async throws {
        try await RunningService.with { service in
            let answer = try await service.anonymous.get(
                "/v1/users",
                headers: ["Accept-Encoding": "identity;q=0, *;q=0"]
            )
            #expect(answer.status == 406)
            #expect(answer["Content-Type"] == "application/problem+json")
            let other = try await service.anonymous.get("/health/live", headers: ["If-Match": "\"another\""])
            #expect(other.status == 412)
        }
    }

    @Test("After a HEAD the next answer on the connection begins at once, whatever the first one said")
    func headOnTheWire() async throws {
        try await RunningService.with { service in
            for path in ["/v1/users", "/v1/nothing", "/v1/users/x", "/v1/transfers", "/v1/users?limit=0"] {
                try await RawConnection.with(service) { connection in
                    let rest = "\(path) HTTP/1.1\r\nHost: r3mes\r\n"
                    try await connection.send("HEAD \(rest)\r\nGET \(rest)Connection: close\r\n\r\n")
                    let head = try #require(try await connection.answer(hasBody: false))
                    let get = try #require(try await connection.answer(), "\(path)")
                    #expect(head.status == get.status && !get.body.isEmpty, "\(path)")
                }
            }
        }
    }

    @Test("The service says that it lives and that it is ready, to everybody")
    func health() async throws {
        try await RunningService.with { service in
            let live = try await service.anonymous.get("/health/live")
            #expect(try live.decoded(HealthBody.self).status == "alive")
            #expect(live["Cache-Control"] == "no-store")
            let ready = try await service.anonymous.get("/health/ready")
            #expect(try ready.decoded(HealthBody.self).status == "ready")
            #expect(ready["Cache-Control"] == "no-store")
        }
    }
}
