// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import R3MESConcurrency
import R3MESTestSupport
import Testing

@testable import R3MESNetwork

@Suite("Retrying, on a clock of the test", .timeLimit(.minutes(1)))
struct RetryingTests {
    private let clock = TestClock()
    private let get = ClientRequest(.get, "http://a.example/")

    /// Runs the call and moves the clock on whenever it sleeps.
    private func run(_ client: ResilientClient, _ request: ClientRequest, sleeps: [Duration]) async throws
        -> ClientResponse
    {
        async let response = client.execute(request)
        for sleep in sleeps {
            await clock.waitForSleepers()
            clock.advance(by: sleep)
        }
        return try await response
    }

    @Test("waits exactly as planned between tries")
    func plan() async throws {
        let transport = ScriptedTransport(clock: clock) { number, _ in number < 4 ? .answered(503) : .answered(200) }
        let client = try ResilientClient(transport: transport)
        let start = clock.now
        let response = try await run(client, get, sleeps: [100, 200, 400].map { .milliseconds($0) })
        #expect(response.status == .ok && response.tries == 4)
        #expect(transport.sent.map { start.duration(to: $0.at) } == [0, 100, 300, 700].map { .milliseconds($0) })
        // A clock that may be late puts sleeps together.
        #expect(clock.exactSleepCount == 3 && clock.tolerantSleepCount == 0)
    }

    @Test(
        "a POST whose fate is unknown is sent once",
        arguments: [NetworkError.Code.connectionClosed, .readTimeout, .tryTimeout]
    )
    func postOnce(code: NetworkError.Code) async throws {
        let transport = ScriptedTransport(clock: clock) { _, _ in .failed(code) }
        let client = try ResilientClient(transport: transport)
        let thrown = await client.code(of: ClientRequest(.post, "http://a.example/"))
        #expect(thrown == code && transport.sent.count == 1)
    }

    @Test("a POST with an Idempotency-Key is repeated with the same key, one that never left is repeated without")
    func postRepeated() async throws {
        let key = try #require(HTTPField.Name("Idempotency-Key"))
        for sent in [true, false] {
            let transport = ScriptedTransport(clock: clock) { number, _ in
                number == 1 ? .failed(sent ? .connectionClosed : .connectionFailed, sent: sent) : .answered(201)
            }
            let client = try ResilientClient(transport: transport)
            let request = ClientRequest(.post, "http://a.example/", headerFields: sent ? [key: "k1"] : [:])
            _ = try await run(client, request, sleeps: [.milliseconds(100)])
            #expect(transport.sent.map { $0.request.headerFields[key] } == (sent ? ["k1", "k1"] : [nil, nil]))
        }
    }

    @Test("never sleeps past the deadline: the real failure is told at once")
    func realError() async throws {
        let transport = ScriptedTransport(clock: clock) { _, _ in .failed(.connectionFailed, sent: false) }
        let client = try ResilientClient(transport: transport)
        var request = get
        request.timeout = .milliseconds(250)
        // 100 ms fit, the next 200 ms do not; nothing sleeps after the first wait.
        async let code = client.code(of: request)
        await clock.waitForSleepers()
        clock.advance(by: .milliseconds(100))
        #expect(await code == .connectionFailed)
        #expect(transport.sent.count == 2 && clock.sleeperCount == 0)
    }

    @Test("a try that cannot end in time, as tries go, is not begun")
    func expectedLatency() async throws {
        let transport = ScriptedTransport(clock: clock) { number, _ in number <= 20 ? .answered(200) : .answered(503) }
        let client = try ResilientClient(transport: transport)
        for _ in 0..<20 { _ = try await client.execute(get) }
        for _ in 0..<200 { client.endpointLatency.record(.seconds(1)) }
        let host = try #require(Origin(of: get.url).flatMap { client.hosts.known($0) })
        for _ in 0..<200 { host.latency.record(.seconds(1)) }
        var request = get
        request.timeout = .seconds(1)
        let response = try await client.execute(request)
        #expect(response.status == .serviceUnavailable && response.tries == 1)
    }

    @Test("the deadline of the caller counts over all tries and hops; it does not start anew")
    func deadlineDoesNotRestart() async throws {
        let transport = ScriptedTransport(clock: clock) { [clock] number, sent in
            clock.advance(by: .milliseconds(200))
            return .answered(503)
        }
        let client = try ResilientClient(
            .forTests { $0.options.deadlineField = "X-Deadline-Ms" },
            transport: transport
        )
        let field = try #require(HTTPField.Name("X-Deadline-Ms"))
        let deadline = Deadline(clock.now.advanced(by: .milliseconds(650)))
        async let response = withDeadline(deadline) { try await client.execute(get) }
        await clock.waitForSleepers()
        clock.advance(by: .milliseconds(100))
        #expect(try await response.status == .serviceUnavailable)
        #expect(transport.sent.map(\.timeout) == [.milliseconds(650), .milliseconds(350)])
        #expect(transport.sent.map { $0.request.headerFields[field] } == ["650", "350"])
    }

    @Test("a call whose deadline has passed sends nothing")
    func passed() async throws {
        let transport = ScriptedTransport(clock: clock) { _, _ in .answered(200) }
        let client = try ResilientClient(transport: transport)
        let code = await withDeadline(Deadline(clock.now.advanced(by: .seconds(-1)))) { await client.code(of: get) }
        #expect(code == .deadlineExceeded && transport.sent.isEmpty)
    }

    @Test("a caller who leaves during the wait leaves at once")
    func cancelledInWait() async throws {
        let transport = ScriptedTransport(clock: clock) { _, _ in .answered(503) }
        let client = try ResilientClient(transport: transport)
        let task = Task { try await client.execute(get) }
        await clock.waitForSleepers()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(transport.sent.count == 1 && clock.sleeperCount == 0)
    }

    @Test("when everything fails, the budget holds the extra load at 10 %")
    func budget() async throws {
        let transport = ScriptedTransport(clock: clock) { _, _ in .answered(503) }
        let client = try ResilientClient(
            .forTests {
                $0.retry.backoff = Backoff(base: .zero, jitter: .none)
                $0.circuitBreaker = nil
            },
            transport: transport
        )
        for _ in 0..<1_000 { _ = try await client.execute(get) }
        #expect(transport.sent.count <= 1_100 && transport.sent.count >= 1_090)
        #expect(client.statistics.amplification <= 1.1)
    }

    @Test("what a refused retry hides is the failure before it")
    func lastRealError() async throws {
        let transport = ScriptedTransport(clock: clock) { _, _ in .answered(500, body: "boom") }
        let client = try ResilientClient(
            .forTests { $0.circuitBreaker = .init(window: .calls(2), minimumCalls: 2) },
            transport: transport
        )
        let response = try await run(client, get, sleeps: [.milliseconds(100), .milliseconds(200)])
        #expect(response.status == .internalServerError && response.tries == 2)
        #expect(await client.code(of: get) == .circuitOpen)
        #expect(client.circuitBreakerState(for: get.url) == .open)
    }

    @Test("bytes of answers that were retried are counted as wasted")
    func wasted() async throws {
        let transport = ScriptedTransport(clock: clock) { number, _ in
            number == 1 ? .answered(503, body: "12345") : .answered(200, body: "123")
        }
        let client = try ResilientClient(transport: transport)
        _ = try await run(client, get, sleeps: [.milliseconds(100)])
        #expect(client.statistics.bytesReceived == 8 && client.statistics.bytesWasted == 5)
    }
}
