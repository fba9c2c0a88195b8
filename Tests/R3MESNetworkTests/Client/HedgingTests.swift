// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import R3MESConcurrency
import R3MESTestSupport
import Testing

@testable import R3MESNetwork

@Suite("Hedging, on a clock of the test", .timeLimit(.minutes(1)))
struct HedgingTests {
    private let clock = TestClock()
    private let get = ClientRequest(.get, "http://a.example/")

    /// A client that has learnt that answers take 10 ms; from then on the script decides.
    private func client(
        _ change: (inout ResilientClient.Configuration) -> Void = { _ in },
        script: @escaping ScriptedTransport.Script
    ) throws -> (ResilientClient, ScriptedTransport) {
        let transport = ScriptedTransport(clock: clock, script: script)
        let configuration = ResilientClient.Configuration.forTests(retries: 0) {
            $0.hedging = HedgingPolicy(minimumSamples: 10)
            change(&$0)
        }
        let client = try ResilientClient(configuration, transport: transport)
        let host = try client.hosts.host(try #require(Origin(of: get.url)))
        for _ in 0..<100 { host.latency.record(.milliseconds(10)) }
        return (client, transport)
    }

    /// The first copy hangs, the second is answered.
    private static func firstHangs(_ clock: TestClock) -> ScriptedTransport.Script {
        { number, sent in
            guard number == 1 else { return .answered(200, body: "hedge") }
            do {
                try await clock.sleep(until: sent.at.advanced(by: sent.timeout))
            } catch {
                return .cancelled
            }
            return .failed(.tryTimeout)
        }
    }

    @Test("a slow try gets a second copy, whose answer counts; the first is cancelled and gone when the call returns")
    func hedgeWins() async throws {
        let (client, transport) = try client(script: Self.firstHangs(clock))
        async let response = client.execute(get)
        await clock.waitForSleepers(2)
        clock.advance(by: .milliseconds(12))
        #expect(try await response.tries == 2)
        #expect(transport.inFlight == 0 && clock.sleeperCount == 0)
        #expect(client.statistics.hedges == 1 && client.statistics.hedgesWon == 1)
        let host = try #require(Origin(of: get.url).flatMap { client.hosts.known($0) })
        #expect(host.bulkhead.statistics.inUse == 0)
    }

    @Test("an answer in time needs no second copy")
    func noHedge() async throws {
        let (client, transport) = try client { _, _ in .answered(200) }
        for _ in 0..<50 { _ = try await client.execute(get) }
        #expect(transport.sent.count == 50 && clock.sleeperCount == 0)
    }

    @Test("an exhausted budget silences the hedge, and the first copy goes on")
    func budget() async throws {
        let clock = clock
        let (client, transport) = try client({ $0.retryBudget = .init(ratio: 0, reserve: 0) }) { _, sent in
            try? await clock.sleep(until: sent.at.advanced(by: .milliseconds(500)))
            return .answered(200, body: "first")
        }
        async let response = client.execute(get)
        await clock.waitForSleepers(2)
        clock.advance(by: .milliseconds(12))
        await clock.waitForSleepers(1)
        clock.advance(by: .milliseconds(500))
        #expect(try await String(buffer: response.body) == "first")
        #expect(transport.sent.count == 1)
    }

    @Test("a full bulkhead silences the hedge, and its token goes back")
    func bulkhead() async throws {
        let clock = clock
        let (client, transport) = try client({
            $0.bulkhead = .init(maximumInFlight: 1)
            $0.retryBudget = .init(ratio: 0, reserve: 1, reservePerSecond: 0)
        }) { _, sent in
            try? await clock.sleep(until: sent.at.advanced(by: .milliseconds(500)))
            return .answered(200)
        }
        async let response = client.execute(get)
        await clock.waitForSleepers(2)
        clock.advance(by: .milliseconds(12))
        await clock.waitForSleepers(1)
        clock.advance(by: .milliseconds(500))
        _ = try await response
        #expect(transport.sent.count == 1)
        #expect(client.retryBudget.withdraw())
    }

    @Test(
        "requests that change something are not hedged",
        arguments: [
            ClientRequest(.post, "http://a.example/"), ClientRequest(.put, "http://a.example/"),
            ClientRequest(.delete, "http://a.example/"),
        ]
    )
    func unsafe(request: ClientRequest) async throws {
        let clock = clock
        let (client, transport) = try client { _, sent in
            try? await clock.sleep(until: sent.at.advanced(by: .milliseconds(500)))
            return .answered(200)
        }
        async let response = client.execute(request)
        await clock.waitForSleepers(1)
        clock.advance(by: .milliseconds(500))
        _ = try await response
        #expect(transport.sent.count == 1)
    }

    @Test("if one copy fails, the other one's answer counts")
    func oneFails() async throws {
        let clock = clock
        let (client, _) = try client { number, sent in
            try? await clock.sleep(until: sent.at.advanced(by: .milliseconds(number == 1 ? 20 : 100)))
            return number == 1 ? .failed(.connectionClosed) : .answered(200, body: "hedge")
        }
        async let response = client.execute(get)
        await clock.waitForSleepers(2)
        clock.advance(by: .milliseconds(12))
        await clock.waitForSleepers(2)
        clock.advance(by: .milliseconds(10))
        await clock.waitForSleepers(1)
        clock.advance(by: .milliseconds(100))
        #expect(try await String(buffer: response.body) == "hedge")
    }

    @Test("a cancelled call cancels both copies")
    func cancelled() async throws {
        let clock = clock
        let (client, transport) = try client { _, sent in
            do {
                try await clock.sleep(until: sent.at.advanced(by: sent.timeout))
            } catch {
                return .cancelled
            }
            return .answered(200)
        }
        let task = Task { try await client.execute(get) }
        await clock.waitForSleepers(2)
        clock.advance(by: .milliseconds(12))
        await clock.waitForSleepers(2)
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(transport.inFlight == 0 && transport.sent.count == 2)
    }
}
