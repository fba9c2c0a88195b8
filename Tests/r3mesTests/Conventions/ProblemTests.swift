// SPDX-License-Identifier: Apache-2.0

import NIOHTTP1
import R3MESService
import R3MESTestSupport
import Testing

@Suite("Errors", .timeLimit(.minutes(5)), .onBothEngines)
struct ProblemTests {
    /// A request and what it must be answered.
    private struct Case {
        var method: HTTPMethod = .POST
        let path: String
        var headers: [String: String] = [:]
        var body: String?
        let status: Int
        let code: String
        /// The fields that `errors` names.
        var fields: [String]?
    }

    @Test("Every kind of mistake has its status, its code and the same form")
    func shapes() async throws {
        let wallet = try WalletAddress.numbered(0).description
        let wrongSum = String(wallet.dropLast()) + (wallet.hasSuffix("q") ? "p" : "q")
        let cases: [Case] = [
            // Paths and methods.
            Case(method: .GET, path: "/", status: 404, code: "R3MES-1016"),
            Case(method: .GET, path: "/v1/nothing", status: 404, code: "R3MES-1016"),
            Case(method: .GET, path: "/v1/users/\(wallet)/nothing", status: 404, code: "R3MES-1016"),
            Case(method: .GET, path: "/v1/users/\(wallet)", status: 404, code: "R3MES-3001"),
            Case(method: .DELETE, path: "/v1/users", status: 405, code: "R3MES-1017"),
            Case(method: .PUT, path: "/v1/transfers", body: "{}", status: 405, code: "R3MES-1017"),

            // Wallets in the path.
            Case(method: .GET, path: "/v1/users/nonsense", status: 400, code: "R3MES-1004"),
            Case(method: .GET, path: "/v1/users/bc1qqqqqqqqqqqqqq", status: 400, code: "R3MES-1005"),
            Case(method: .GET, path: "/v1/users/\(wrongSum)", status: 400, code: "R3MES-1009"),
            Case(
                method: .GET,
                path: "/v1/users/R" + wallet.dropFirst(),
                status: 400,
                code: "R3MES-1006"
            ),
            Case(method: .GET, path: "/v1/users/%00", status: 400, code: "R3MES-1004"),

            // Queries.
            Case(method: .GET, path: "/v1/users?colour=red", status: 400, code: "R3MES-1003", fields: ["colour"]),
            Case(
                method: .GET,
                path: "/v1/users?limit=0&is_miner=yes&sort=age&min_credits=lots&created_after=noon",
                status: 400,
                code: "R3MES-1002",
                fields: ["created_after", "is_miner", "limit", "min_credits", "sort"]
            ),
            Case(
                method: .GET,
                path: "/v1/users?limit=1&limit=2",
                status: 400,
                code: "R3MES-1002",
                fields: ["limit"]
            ),
            Case(path: "/v1/users?dry_run=true", body: "{}", status: 400, code: "R3MES-1003", fields: ["dry_run"]),

            // Bodies.
            Case(path: "/v1/users", status: 400, code: "R3MES-1001"),
            Case(path: "/v1/users", body: "", status: 400, code: "R3MES-1001"),
            Case(path: "/v1/users", body: #"{"wallet_address":"#, status: 400, code: "R3MES-1001"),
            Case(path: "/v1/users", body: "[]", status: 400, code: "R3MES-1001"),
            Case(path: "/v1/users", body: "{}{}", status: 400, code: "R3MES-1001"),
            Case(path: "/v1/users", body: String(repeating: "[", count: 100_000), status: 400, code: "R3MES-1001"),
            Case(path: "/v1/users", body: "{}", status: 400, code: "R3MES-1002", fields: ["wallet_address"]),
            Case(
                path: "/v1/users",
                body: #"{"wallet_address":1,"is_miner":"yes","metadata":[],"colour":"red"}"#,
                status: 400,
                code: "R3MES-1002",
                fields: ["colour", "is_miner", "metadata", "wallet_address"]
            ),
            Case(
                path: "/v1/transfers",
                body: #"{"from":"x","to":null,"amount":5}"#,
                status: 400,
                code: "R3MES-1002",
                fields: ["amount", "from", "to"]
            ),
            Case(
                path: "/v1/users",
                body: #"{"wallet_address":"\#(wallet)","wallet_address":"\#(wallet)"}"#,
                status: 400,
                code: "R3MES-1001"
            ),
            Case(
                path: "/v1/users",
                headers: ["Content-Type": "text/csv"],
                body: "{}",
                status: 415,
                code: "R3MES-1015"
            ),
            Case(
                path: "/v1/users",
                body: #"{"x":"\#(String(repeating: "x", count: 4096))"}"#,
                status: 413,
                code: "R3MES-1014"
            ),
        ]
        try await RunningService.with(settings: ["LIMITS_BODY_SIZE": "128KiB"]) { service in
            let admin = try service.admin
            for item in cases {
                // A body of 100 000 brackets is allowed in size and must be refused for its depth.
                let body = item.status == 413 ? item.body.map { String(repeating: $0, count: 40) } : item.body
                let answer = try await admin.send(item.method, item.path, headers: item.headers, body: body)
                let comment: Comment = "\(item.method) \(item.path) \(item.body?.prefix(80) ?? "")"
                let problem = try answer.expectProblem(item.status, item.code, comment)
                let fields = problem.errors?.map(\.field).sorted()
                #expect(fields == item.fields, comment)
            }
        }
    }

    @Test("A method that a path does not have is answered with those it has")
    func allow() async throws {
        try await RunningService.with { service in
            for (path, allow) in [
                ("/v1/users", "GET, HEAD, POST"), ("/v1/users/x", "GET, HEAD"), ("/v1/transfers", "POST"),
                ("/v1/users/x/api-keys", "GET, HEAD, POST"), ("/v1/users/x/api-keys/y", "DELETE"),
                ("/health/live", "GET, HEAD"),
            ] {
                for method in [HTTPMethod.PUT, .PATCH, .TRACE, .OPTIONS, .DELETE] where !allow.contains("\(method)") {
                    let answer = try await service.anonymous.send(method, path)
                    try answer.expectProblem(405, "R3MES-1017", "\(method) \(path)")
                    #expect(answer["Allow"] == allow, "\(method) \(path)")
                }
            }
            #expect(try await service.anonymous.send(.HEAD, "/v1/transfers").status == 405)
        }
    }

    @Test("A mistake in one request does no harm to the next on the same connection")
    func connectionGoesOn() async throws {
        try await RunningService.with { service in
            let key = try #require(service.adminKey)
            try await RawConnection.with(service) { connection in
                for number in 0..<3 {
                    try await connection.post("/v1/users", key: key, "{\"a", idempotencyKey: "\(number)")
                    #expect(try await connection.answer()?.status == 400)
                    try await connection.send("GET /v1/users?limit=1 HTTP/1.1\r\nHost: r3mes\r\n\r\n")
                    #expect(try await connection.answer()?.status == 200)
                }
            }
        }
    }
}
