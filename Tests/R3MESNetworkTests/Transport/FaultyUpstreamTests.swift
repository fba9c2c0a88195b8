// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESNetwork

@Suite("A real server that misbehaves", .timeLimit(.minutes(1)))
struct FaultyUpstreamTests {
    @Test(
        "a POST reaches a server that hangs up exactly once",
        arguments: [FaultyUpstream.Behavior.close, .reset, .cut(body: "0123456789", after: 4)]
    )
    func postOnce(behavior: FaultyUpstream.Behavior) async throws {
        try await withUpstream(.forTests(retries: 3), script: { _, _ in behavior }) { upstream, client in
            let request = ClientRequest(.post, upstream.url, body: ByteBuffer(string: "pay"))
            #expect(await client.code(of: request) == .connectionClosed)
            #expect(upstream.snapshot.requests.count == 1)
        }
    }

    @Test(
        "a GET is repeated on a new connection when the old one is cut",
        arguments: [FaultyUpstream.Behavior.close, .reset, .cut(body: "0123456789", after: 4)]
    )
    func getRepeated(behavior: FaultyUpstream.Behavior) async throws {
        let configuration = ResilientClient.Configuration.forTests {
            $0.retry.backoff = Backoff(base: .milliseconds(1))
        }
        try await withUpstream(configuration, script: { number, _ in number == 1 ? behavior : .answer() }) {
            upstream,
            client in
            let response = try await client.execute(ClientRequest(.get, upstream.url))
            #expect(response.tries == 2 && upstream.snapshot.connections == 2)
        }
    }

    @Test("a refused connection proves that nothing was sent, so a POST is tried again")
    func connectionRefused() async throws {
        let client = try ResilientClient(
            .forTests {
                $0.retry.backoff = Backoff(base: .milliseconds(1))
                // Time for every try, however busy the machine is.
                $0.timeouts.total = .seconds(60)
            },
            logger: .silent
        )
        // A port below 1024 is never given to a server that asks for any, as a port that was free just now may be.
        let error = await #expect(throws: NetworkError.self) {
            try await client.execute(ClientRequest(.post, "http://127.0.0.1:1", body: ByteBuffer(string: "pay")))
        }
        #expect(error?.code == .connectionFailed && error?.mayHaveBeenSent == false, "\(String(describing: error))")
        #expect(client.statistics.tries == 4)
        await client.shutdown()
    }

    @Test("a TLS handshake that never ends is a connect timeout, before anything was sent")
    func handshakeHangs() async throws {
        let configuration = ResilientClient.Configuration.forTests(retries: 0) {
            $0.timeouts.connect = .milliseconds(100)
        }
        try await withUpstream(configuration, script: { _, _ in .never }) { upstream, client in
            let error = await #expect(throws: NetworkError.self) {
                try await client.execute(ClientRequest(.post, "https://127.0.0.1:\(upstream.port)"))
            }
            #expect(error?.code == .connectTimeout && error?.mayHaveBeenSent == false)
        }
    }

    @Test("the total timeout ends a call that gets no answer, and the server sees the connection close")
    func totalTimeout() async throws {
        try await withUpstream(script: { _, _ in .never }) { upstream, client in
            var request = ClientRequest(.get, upstream.url)
            request.timeout = .milliseconds(100)
            #expect(await client.code(of: request) == .deadlineExceeded)
            await upstream.wait { $0.abandoned == 1 && $0.openConnections == 0 }
        }
    }

    @Test("the total timeout covers the body: a trickle that never pauses long is cut all the same")
    func trickle() async throws {
        let body = String(repeating: "x", count: 10_000)
        let script: FaultyUpstream.Script = { _, _ in .trickle(body: body, piece: 1, every: .milliseconds(5)) }
        try await withUpstream(script: script) { upstream, client in
            var request = ClientRequest(.get, upstream.url)
            request.timeout = .milliseconds(500)
            #expect(await client.code(of: request) == .deadlineExceeded)
            await upstream.wait { $0.abandoned == 1 && $0.openConnections == 0 }
            #expect(client.statistics.bytesWasted > 0)
        }
    }

    @Test("the read timeout ends a silence, the timeout of a try ends the try, and both leave time for a retry")
    func readAndTryTimeout() async throws {
        for isRead in [true, false] {
            let configuration = ResilientClient.Configuration.forTests(retries: 0) {
                if isRead { $0.timeouts.read = .milliseconds(500) } else { $0.timeouts.perTry = .milliseconds(500) }
            }
            try await withUpstream(configuration, script: { number, _ in number == 1 ? .never : .answer() }) {
                upstream,
                client in
                #expect(
                    await client.code(of: ClientRequest(.get, upstream.url)) == (isRead ? .readTimeout : .tryTimeout)
                )
                await upstream.wait { $0.abandoned == 1 }
                let answer = try await client.execute(ClientRequest(.get, upstream.url))
                #expect(answer.status == .ok)
            }
        }
    }

    @Test("a body shorter than announced is no answer")
    func shorterThanAnnounced() async throws {
        let configuration = ResilientClient.Configuration.forTests(retries: 0) { $0.timeouts.read = .milliseconds(80) }
        try await withUpstream(configuration, script: { _, _ in .lie(announced: 10, body: "0123") }) {
            upstream,
            client in
            #expect(await client.code(of: ClientRequest(.get, upstream.url)) == .readTimeout)
            await upstream.wait { $0.openConnections == 0 }
        }
    }

    @Test("what follows a body longer than announced never becomes the answer to the next request")
    func longerThanAnnounced() async throws {
        let forged = "0123HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged"
        let script: FaultyUpstream.Script = { number, _ in
            number % 2 == 1 ? .lie(announced: 4, body: forged) : .answer(body: "true")
        }
        let configuration = ResilientClient.Configuration.forTests {
            $0.retry.backoff = Backoff(base: .milliseconds(1))
        }
        try await withUpstream(configuration, script: script) { upstream, client in
            for _ in 0..<20 {
                let body = try await String(buffer: client.execute(ClientRequest(.get, upstream.url)).body)
                #expect(body == "0123" || body == "true")
            }
        }
    }

    @Test(
        "an answer larger than the limit is refused, announced or not, and its connection is closed",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n012345\r\n",
        ]
    )
    func tooLarge(raw: String) async throws {
        try await withUpstream(.forTests(), script: { _, _ in .raw(raw) }) { upstream, client in
            var request = ClientRequest(.get, upstream.url)
            request.maximumResponseBytes = 10
            #expect(await client.code(of: request) == .responseTooLarge)
            await upstream.wait { $0.openConnections == 0 }
            #expect(upstream.snapshot.requests.count == 1)
        }
    }

    @Test("an answer of exactly the limit is let through, and the length that a HEAD announces is no body")
    func withinLimit() async throws {
        let script: FaultyUpstream.Script = { _, request in
            request.method == "HEAD"
                ? .raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n") : .answer(body: "0123456789")
        }
        try await withUpstream(script: script) { upstream, client in
            for method in [HTTPRequest.Method.get, .head] {
                var request = ClientRequest(method, upstream.url)
                request.maximumResponseBytes = 10
                let answer = try await client.execute(request)
                #expect(answer.status == .ok)
            }
        }
    }

    @Test(
        "what is not HTTP is an error",
        arguments: ["garbage\r\n\r\n", "HTTP/9.9 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"]
    )
    func garbage(raw: String) async throws {
        try await withUpstream(script: { _, _ in .raw(raw) }) { upstream, client in
            let code = await client.code(of: ClientRequest(.get, upstream.url))
            #expect(code == .invalidResponse || code == .connectionClosed)
        }
    }

    @Test("Retry-After is honoured")
    func retryAfter() async throws {
        let script: FaultyUpstream.Script = { number, _ in
            number == 1 ? .answer(status: 429, fields: ["Retry-After": "1"]) : .answer()
        }
        try await withUpstream(.forTests(), script: script) { upstream, client in
            let start = ContinuousClock.now
            _ = try await client.execute(ClientRequest(.get, upstream.url))
            #expect(start.duration(to: .now) >= .seconds(1))
        }
    }

    @Test("the breaker opens for a real server and lets it back in")
    func breaker() async throws {
        let configuration = ResilientClient.Configuration.forTests(retries: 0) {
            $0.circuitBreaker = .init(window: .calls(4), minimumCalls: 4, openDuration: .milliseconds(50), probes: 1)
        }
        try await withUpstream(configuration, script: { number, _ in number <= 4 ? .close : .answer() }) {
            upstream,
            client in
            let request = ClientRequest(.get, upstream.url)
            for _ in 0..<4 { #expect(await client.code(of: request) == .connectionClosed) }
            var refused = 0
            while await client.code(of: request) == .circuitOpen {
                refused += 1
                await Task.yield()
            }
            #expect(refused > 0 && upstream.snapshot.requests.count == 5)
            #expect(client.circuitBreakerState(for: upstream.url) == .closed)
        }
    }
}
