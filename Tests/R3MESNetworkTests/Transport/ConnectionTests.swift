// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESNetwork

@Suite("Connections to a real server", .timeLimit(.minutes(1)))
struct ConnectionTests {
    @Test("request and answer arrive whole")
    func roundTrip() async throws {
        let script: FaultyUpstream.Script = { _, request in
            .answer(status: 201, body: request.fields["x-test"] ?? "", fields: ["X-Path": request.path])
        }
        try await withUpstream(script: script) { upstream, client in
            let name = try #require(HTTPField.Name("X-Test"))
            let request = ClientRequest(
                .post,
                upstream.url + "/a/b?c=%20d",
                headerFields: [name: "hello"],
                body: ByteBuffer(string: "body")
            )
            let response = try await client.execute(request)
            #expect(response.status == .created && String(buffer: response.body) == "hello")
            #expect(response.headerFields[try #require(HTTPField.Name("x-path"))] == "/a/b?c=%20d")
            #expect(upstream.snapshot.requests.map(\.method) == ["POST"])
        }
    }

    @Test("one connection serves call after call; ten at once need no more than ten, and use them again")
    func reuse() async throws {
        try await withUpstream(script: { _, _ in .answer() }) { upstream, client in
            for _ in 0..<100 { _ = try await client.execute(ClientRequest(.get, upstream.url)) }
            #expect(upstream.snapshot.connections == 1 && client.statistics.connectionsOpened == 1)
            for _ in 0..<5 {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<10 {
                        group.addTask { _ = try await client.execute(ClientRequest(.get, upstream.url)) }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(upstream.snapshot.connections <= 10)
            #expect(upstream.snapshot.connections == client.statistics.connectionsOpened)
        }
    }

    @Test("a cancelled caller leaves at once, the server sees the close, and the place is free")
    func cancelled() async throws {
        let configuration = ResilientClient.Configuration.forTests(retries: 0) {
            $0.bulkhead = .init(maximumInFlight: 1)
        }
        try await withUpstream(configuration, script: { number, _ in number == 1 ? .never : .answer() }) {
            upstream,
            client in
            let task = Task { try await client.execute(ClientRequest(.get, upstream.url)) }
            await upstream.wait { $0.requests.count == 1 }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            await upstream.wait { $0.abandoned == 1 }
            let answer = try await client.execute(ClientRequest(.get, upstream.url))
            #expect(answer.status == .ok)
        }
    }

    @Test("the loser of a hedge is cut off, and the winner's connection serves on")
    func hedge() async throws {
        let configuration = ResilientClient.Configuration.forTests(retries: 0) {
            $0.hedging = HedgingPolicy(maximumDelay: .milliseconds(20), minimumSamples: 20)
        }
        try await withUpstream(configuration, script: { number, _ in number == 21 ? .never : .answer() }) {
            upstream,
            client in
            for _ in 0..<20 { _ = try await client.execute(ClientRequest(.get, upstream.url)) }
            let hedgesBefore = client.statistics.hedges
            let answer = try await client.execute(ClientRequest(.get, upstream.url))
            #expect(answer.tries == 2)
            #expect(client.statistics.hedges == hedgesBefore + 1)
            await upstream.wait { $0.abandoned == 1 && $0.openConnections == $0.connections - 1 }
            let connections = upstream.snapshot.connections
            _ = try await client.execute(ClientRequest(.get, upstream.url))
            #expect(upstream.snapshot.connections == connections)
        }
    }

    @Test("redirects are not followed")
    func redirect() async throws {
        let script: FaultyUpstream.Script = { _, _ in .answer(status: 302, fields: ["Location": "/elsewhere"]) }
        try await withUpstream(script: script) { upstream, client in
            let answer = try await client.execute(ClientRequest(.get, upstream.url))
            #expect(answer.status == .found)
            #expect(upstream.snapshot.requests.count == 1)
        }
    }

    @Test("speaks HTTP/2 where the server offers it: many calls at once, one connection")
    func http2() async throws {
        let configuration = try ResilientClient.Configuration.trustingUpstream()
        try await withUpstream(configuration, tls: true, script: { _, _ in .answer(body: "h2") }) { upstream, client in
            _ = try await client.execute(ClientRequest(.get, upstream.url))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let response = try await client.execute(ClientRequest(.get, upstream.url))
                        #expect(String(buffer: response.body) == "h2")
                    }
                }
                try await group.waitForAll()
            }
            #expect(upstream.snapshot.connections == 1 && client.statistics.connectionsHTTP2 == 1)
        }
    }

    @Test("a stream that the server refused was not looked at, so even a POST is tried again")
    func http2Refused() async throws {
        let configuration = try ResilientClient.Configuration.trustingUpstream()
        let script: FaultyUpstream.Script = { number, _ in number == 1 ? .reset : .answer(status: 201) }
        try await withUpstream(configuration, tls: true, script: script) { upstream, client in
            let response = try await client.execute(ClientRequest(.post, upstream.url, body: ByteBuffer(string: "pay")))
            #expect(response.status == .created && response.tries == 2)
        }
    }
}
