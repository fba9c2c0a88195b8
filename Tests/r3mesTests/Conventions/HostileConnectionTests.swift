// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("Hostile connections", .timeLimit(.minutes(3)))
struct HostileConnectionTests {
    @Test("What no client should send is refused or dropped, and the next client is served as if nothing had been")
    func oddBytes() async throws {
        let long = String(repeating: "a", count: 200_000)
        let head = "GET /v1/users HTTP/1.1\r\nHost: r3mes\r\n"
        var oddities: [(name: String, bytes: String)] = [
            ("nothing", ""),
            ("half a request line", "GET /v1/us"),
            ("half a head", head + "X-Half: "),
            ("half a body", "POST /v1/users HTTP/1.1\r\nHost: r3mes\r\nContent-Length: 100\r\n\r\n{\"wallet"),
            ("a long header", head + "X-Long: \(long)\r\n\r\n"),
            ("many headers", head + String(repeating: "X-Many: 1\r\n", count: 20_000) + "\r\n"),
            ("a long path", "GET /v1/users/\(long) HTTP/1.1\r\nHost: r3mes\r\n\r\n"),
            ("a long query", "GET /v1/users?cursor=\(long) HTTP/1.1\r\nHost: r3mes\r\n\r\n"),
            ("no HTTP at all", "\u{16}\u{03}\u{01}\u{02}hello\r\n\r\n"),
            ("a wrong version", "GET / HTTP/9.9\r\nHost: r3mes\r\n\r\n"),
            ("two lengths", "POST /v1/users HTTP/1.1\r\nHost: r\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}"),
            ("a negative length", "POST /v1/users HTTP/1.1\r\nHost: r\r\nContent-Length: -1\r\n\r\n"),
            ("a huge length", "POST /v1/users HTTP/1.1\r\nHost: r\r\nContent-Length: 99999999999999999999\r\n\r\n"),
            (
                "a wrong chunk",
                "POST /v1/users HTTP/1.1\r\nHost: r\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
            ),
            (
                "length and chunks",
                "POST /v1/users HTTP/1.1\r\nHost: r\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
        ]
        let targets = [
            "*", "?", "/?", "/%", "/%zz", "//", "/v1/users/%ff", "/../../etc/passwd", "http://", "http://r3mes",
            "http://r3mes:", "http://r3mes:x/", "http://r3mes?", "://", ":", "r3mes:80", "#", "/#", "/v1/users?=",
            "/v1/users?limit", "/v1/users?limit=%", "/v1/users?&", "/v1/users?cursor=%ff",
        ]
        oddities += targets.map { ("the target \($0)", "GET \($0) HTTP/1.1\r\nHost: r3mes\r\n\r\n") }
        try await RunningService.with { [oddities] service in
            try await withThrowingTaskGroup { group in
                for (name, bytes) in oddities {
                    group.addTask {
                        try await RawConnection.with(service) { connection in
                            // The service may hang up while this is still being sent.
                            try? await connection.send(bytes)
                            if bytes.hasSuffix("\r\n\r\n"), let answer = try await connection.answer() {
                                #expect((400..<500).contains(answer.status), "\(name): \(answer.text)")
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            for _ in 0..<3 {
                #expect(try await service.anonymous.get("/v1/users").status == 200)
            }
        }
    }

    @Test("Requests that come in one piece are answered one by one, in order")
    func pipelined() async throws {
        try await RunningService.with { service in
            try await RawConnection.with(service) { connection in
                let paths = ["/health/live", "/v1/nothing", "/v1/users", "/v1/users?limit=0", "/health/ready"]
                try await connection.send(
                    paths.map { "GET \($0) HTTP/1.1\r\nHost: r3mes\r\n\r\n" }.joined()
                )
                for status in [200, 404, 200, 400, 200] {
                    #expect(try await connection.answer()?.status == status)
                }
            }
        }
    }

    @Test("A connection that says nothing is closed after the idle time")
    func idle() async throws {
        try await RunningService.with(settings: ["SERVER_IDLE_TIMEOUT": "100ms"]) { service in
            try await RawConnection.with(service) { connection in
                let answer = try await connection.answer()
                #expect(answer == nil)
            }
            try await RawConnection.with(service) { connection in
                try await connection.send("GET /v1/users HTTP/1.1\r\nHost: r3")
                let answer = try await connection.answer()
                #expect(answer == nil)
            }
        }
    }
}
