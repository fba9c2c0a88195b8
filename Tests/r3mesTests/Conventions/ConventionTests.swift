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
