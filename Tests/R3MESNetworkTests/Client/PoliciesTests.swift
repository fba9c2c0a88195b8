// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import R3MESConcurrency
import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESNetwork

@Suite("Policies together", .timeLimit(.minutes(2)))
struct PoliciesTests {
    private let clock = TestClock()
    private let get = ClientRequest(.get, "http://a.example/")

    @Test("an older answer stands in for a failure, with its age, but not for the caller's own mistake")
    func stale() async throws {
        let transport = ScriptedTransport(clock: clock) { number, _ in
            number == 1
                ? .answered(200, body: "good") : number == 2 ? .answered(404) : .failed(.connectionFailed, sent: false)
        }
        let client = try ResilientClient(.forTests(retries: 0) { $0.staleIfError = .init() }, transport: transport)
        _ = try await client.execute(get)
        clock.advance(by: .seconds(30))
        #expect(try await client.execute(get).status == .notFound)
        let response = try await client.execute(get)
        #expect(response.source == .stale(age: .seconds(30)) && String(buffer: response.body) == "good")
        #expect(await client.code(of: ClientRequest(.get, "nonsense")) == .invalidRequest)
        #expect(await client.code(of: ClientRequest(.get, "http://b.example/")) == .connectionFailed)
        #expect(client.statistics.staleAnswers == 1)
    }

    @Test("a retry goes to another endpoint, and a failing endpoint is left out")
    func endpoints() async throws {
        let transport = ScriptedTransport(clock: clock) { _, sent in
            sent.url.hasPrefix("http://bad") ? .failed(.connectionFailed, sent: false) : .answered(200)
        }
        let endpoints = try EndpointSet(
            ["http://bad.example/", "http://good.example/v1"],
            configuration: .init(
                consecutiveFailures: 3,
                baseEjection: .seconds(1_000),
                maximumEjection: .seconds(1_000)
            ),
            timeline: Timeline(clock)
        )
        let client = try ResilientClient(
            .forTests(retries: 1) { $0.retry.backoff = Backoff(base: .zero) },
            endpoints: endpoints,
            transport: transport
        )
        for _ in 0..<50 {
            #expect(try await client.execute(ClientRequest(.get, "/status")).status == .ok)
        }
        #expect(endpoints.ejected == ["http://bad.example"])
        #expect(transport.sent.count { $0.url == "http://bad.example/status" } == 3)
        #expect(transport.sent.count { $0.url == "http://good.example/v1/status" } == 50)
    }

    @Test("an endpoint whose breaker is open is passed over without a retry")
    func openEndpoint() async throws {
        let transport = ScriptedTransport(clock: clock) { _, sent in
            sent.url.hasPrefix("http://bad") ? .answered(500) : .answered(200)
        }
        let endpoints = try EndpointSet(
            ["http://bad.example", "http://good.example"],
            configuration: .init(consecutiveFailures: 1_000, minimumSuccessRate: 0),
            timeline: Timeline(clock)
        )
        let client = try ResilientClient(
            .forTests(retries: 0) { $0.circuitBreaker = .init(window: .calls(3), minimumCalls: 3) },
            endpoints: endpoints,
            transport: transport
        )
        var failures = 0
        for _ in 0..<200 where try await client.execute(ClientRequest(.get, "/")).status != .ok {
            failures += 1
        }
        #expect(failures == 3)
    }

    @Test("calls beyond a host's places and queue are refused; other hosts have their own")
    func bulkhead() async throws {
        let transport = ScriptedTransport(clock: clock) { [clock] _, sent in
            guard sent.url.hasPrefix("http://a") else { return .answered(200) }
            try? await clock.sleep(until: sent.at.advanced(by: .seconds(1)))
            return .answered(200)
        }
        let client = try ResilientClient(
            .forTests(retries: 0) { $0.bulkhead = .init(maximumInFlight: 2, maximumWaiting: 0) },
            transport: transport
        )
        async let first = client.execute(get)
        async let second = client.execute(get)
        await clock.waitForSleepers(2)
        #expect(await client.code(of: get) == .bulkheadFull)
        #expect(try await client.execute(ClientRequest(.get, "http://b.example/")).status == .ok)
        clock.advance(by: .seconds(1))
        _ = try await (first, second)
    }

    @Test("a caller's short deadline does not open the breaker")
    func shortDeadlines() async throws {
        let transport = ScriptedTransport(clock: clock) { [clock] _, sent in
            clock.advance(by: sent.timeout)
            return .failed(.tryTimeout)
        }
        let client = try ResilientClient(
            .forTests(retries: 0) { $0.circuitBreaker = .init(window: .calls(2), minimumCalls: 2) },
            transport: transport
        )
        var request = get
        request.timeout = .milliseconds(1)
        for _ in 0..<20 {
            #expect(await client.code(of: request) == .deadlineExceeded)
        }
        #expect(client.circuitBreakerState(for: get.url) == .closed)
    }

    @Test("hosts are bounded in number")
    func hosts() async throws {
        let transport = ScriptedTransport(clock: clock) { _, _ in .answered(200) }
        let client = try ResilientClient(.forTests { $0.options.maximumHosts = 3 }, transport: transport)
        for host in 0..<10 {
            _ = try await client.execute(ClientRequest(.get, "http://h\(host).example/"))
        }
        let known = (0..<10).filter { client.circuitBreakerState(for: "http://h\($0).example") != nil }
        #expect(known == [7, 8, 9])
    }

    @Test("shutdown lets calls in flight end and refuses new ones")
    func shutdown() async throws {
        let transport = ScriptedTransport(clock: clock) { [clock] _, sent in
            try? await clock.sleep(until: sent.at.advanced(by: .seconds(1)))
            return .answered(200)
        }
        let client = try ResilientClient(transport: transport)
        async let response = client.execute(get)
        await clock.waitForSleepers()
        async let stopped: Void = client.shutdown()
        while !client.lifecycle.isStopping {
            await Task.yield()
        }
        #expect(await client.code(of: get) == .stopped)
        clock.advance(by: .seconds(1))
        #expect(try await response.status == .ok)
        await stopped
    }

    @Test("a storm of calls, failures, hedges and cancellations leaves no permit, no place and no count behind")
    func storm() async throws {
        var generator = SeededGenerator()
        let seed = generator.seed
        let script = Mutex(generator.split())
        let transport = ScriptedTransport(clock: clock) { _, _ in
            let (dice, pause) = script.withLock {
                (Int.random(in: 0..<10, using: &$0), Int.random(in: 0..<5, using: &$0))
            }
            for _ in 0..<pause { await Task.yield() }
            if Task.isCancelled { return .cancelled }
            return switch dice {
            case 0: .failed(.connectionClosed)
            case 1: .failed(.connectionFailed, sent: false)
            case 2: .answered(503, body: "no")
            default: .answered(200, body: "yes")
            }
        }
        let endpoints = try EndpointSet(["http://a.example", "http://b.example"])
        let configuration = ResilientClient.Configuration.forTests {
            $0.retry.backoff = Backoff(base: .zero)
            $0.hedging = HedgingPolicy(minimumDelay: .zero, maximumDelay: .zero, minimumSamples: 1)
            $0.bulkhead = .init(maximumInFlight: 8, maximumWaiting: 40)
            $0.circuitBreaker = .init(window: .calls(50), minimumCalls: 20, openDuration: .zero, probes: 2)
        }
        let client = try ResilientClient(configuration, endpoints: endpoints, transport: transport)
        let plans = (0..<10_000).map { _ in
            (cancels: generator.oneIn(3), yields: Int.random(in: 0..<6, using: &generator))
        }
        await withTaskGroup(of: Void.self) { group in
            for (index, plan) in plans.enumerated() {
                if index >= 100 { await group.next() }
                group.addTask {
                    let call = Task { try await client.execute(ClientRequest(.get, "/")) }
                    for _ in 0..<plan.yields { await Task.yield() }
                    if plan.cancels { call.cancel() }
                    _ = await call.result
                }
            }
        }
        #expect(transport.inFlight == 0 && client.lifecycle.inFlight == 0, "seed \(seed)")
        for origin in endpoints.origins {
            let host = try #require(client.hosts.known(origin))
            let places = host.bulkhead.statistics
            #expect(places.inUse == 0 && places.waiting == 0, "seed \(seed)")
            #expect(host.breaker?.probesInFlight == 0, "seed \(seed)")
        }
        #expect(endpoints.inFlight == [0, 0], "seed \(seed)")
        #expect(client.statistics.tries == transport.sent.count, "seed \(seed)")
    }
}
