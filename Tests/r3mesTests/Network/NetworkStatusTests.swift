// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESService
import R3MESTestSupport
import Testing

private struct NetworkBody: Decodable {
    struct Chain: Decodable {
        let state: String
        let ageSeconds: Int
        let status: [String: JSONValue]?
    }

    let users: Int
    let miners: Int
    let credits: String
    let countedAt: String
    let chain: Chain?
}

@Suite("The status of the network", .timeLimit(.minutes(5)), .onBothEngines)
struct NetworkStatusTests {
    @Test("has the totals of the ledger, and no chain where none is configured")
    func totals() async throws {
        try await TemporaryFolder.with { folder in
            try await RunningService.with(["--demo", "50"], in: folder) { service in
                let status: NetworkBody = try await service.anonymous.get("/v1/network/status").decoded()
                #expect(status.users == 50 && (1...49).contains(status.miners))
                #expect(try Credits(status.credits) > .zero)
                #expect(status.chain == nil)
            }
        }
    }

    @Test("passes on what the chain says, and its last answer with its age once the chain is down")
    func staleAnswers() async throws {
        try await FaultyUpstream.run { number, _ in
            number == 1 ? .answer(body: #"{"height":7,"synced":true}"#) : .answer(status: 503)
        } _: { chain in
            try await RunningService.with(settings: ["CHAIN_URL": chain.url + "/status"]) { service in
                let first: NetworkBody = try await service.anonymous.get("/v1/network/status").decoded()
                #expect(first.chain?.state == "current")
                #expect(first.chain?.status == ["height": .integer(7), "synced": .bool(true)])
                for _ in 0..<30 {
                    let later: NetworkBody = try await service.anonymous.get("/v1/network/status").decoded()
                    #expect(later.chain?.state == "stale")
                    #expect(later.chain?.status == ["height": .integer(7), "synced": .bool(true)])
                    #expect((later.chain?.ageSeconds ?? -1) >= 0)
                }
                // Thirty calls with four tries each would be 121: budget and breaker spare a chain in need.
                #expect(chain.snapshot.requests.count < 60)
            }
        }
    }

    @Test(
        "is answered whatever the chain does",
        arguments: [
            FaultyUpstream.Behavior.never, .close, .reset, .cut(body: #"{"height":7}"#, after: 4),
            .answer(body: "no JSON"), .answer(body: "[1]"), .answer(status: 404), .lie(announced: 500, body: "{}"),
            .answer(body: #"{"a":""# + String(repeating: "x", count: 100_000) + #""}"#),
        ]
    )
    func faultyChain(behavior: FaultyUpstream.Behavior) async throws {
        try await FaultyUpstream.run { _, _ in
            behavior
        } _: { chain in
            let settings = ["CHAIN_URL": chain.url, "CHAIN_TIMEOUT": "300ms"]
            try await RunningService.with(settings: settings) { service in
                let status: NetworkBody = try await service.anonymous.get("/v1/network/status").decoded()
                #expect(status.chain?.state == "unavailable")
                #expect(status.chain?.status == nil)
            }
        }
    }
}
