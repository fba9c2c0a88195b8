// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import R3MESConcurrency
import R3MESResponse
import R3MESTestSupport
import Testing

@Suite("Load shedding")
struct LoadSheddingTests {
    @Test("refuses at once with 503 and Retry-After what cannot be let in, and gives every permit back")
    func shedding() async throws {
        let ledger = PermitLedger()
        var configuration = AdaptiveLimiter.Configuration()
        configuration.algorithm = FixedLimit()
        configuration.maximumWaiting = 0
        let limiter = try AdaptiveLimiter(configuration: configuration, ledger: ledger)
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: LoadSheddingMiddleware(limiter: limiter, retryAfter: 2...4))
        router.get("work") { _, _ -> String in
            enter.yield()
            for await _ in released { break }
            return "done"
        }
        router.get("error") { _, _ -> String in throw HTTPError(.conflict) }
        try await withServer(router) { port in
            let request = RawClient.request("GET", "/work")
            async let first = RawClient.exchange(request, port: port)
            for await _ in entered { break }
            let refused = try await RawClient.exchange(request, port: port)
            #expect(refused.status == 503 && refused["content-type"] == "application/problem+json")
            #expect((2...4).contains(Int(refused["retry-after"] ?? "") ?? 0))
            #expect(refused.text.contains("\"retryable\":true"))
            release.yield()
            #expect(try await first.text == "done")
            #expect(try await RawClient.exchange(RawClient.request("GET", "/error"), port: port).status == 409)
            #expect(ledger.outstanding.isEmpty)
        }
    }
}

/// One at a time, whatever happens.
private struct FixedLimit: LimitAlgorithm {
    var limit: Int { 1 }
    mutating func record(_ sample: LimitSample) {}
}

@Suite("Rate limits")
struct RateLimitTests {
    private struct Broken: RateLimiting {
        struct Lost: Error {}
        func allow(_ key: String, cost: Int) async throws -> RateDecision { throw Lost() }
    }

    private func router(_ limiter: some RateLimiting<String>, _ limit: RateLimit) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(
            middleware: RateLimitMiddleware(name: "per key", limit: limit, limiter: limiter) { request, _ in
                request.headers[.authorization]
            }
        )
        router.get("thing") { _, _ in "thing" }
        router.get("error") { _, _ -> String in throw HTTPError(.conflict) }
        return router
    }

    @Test("say what is left on every answer, and when to come back on a 429")
    func limits() async throws {
        let limit = RateLimit(3, per: .seconds(60))
        let clock = TestClock()
        let limiter = try RateLimiter<String>(configuration: .init(limit: limit), clock: clock)
        try await withServer(router(limiter, limit)) { port in
            func ask(_ key: String?, _ path: String = "/thing") async throws -> RawAnswer {
                let headers = key.map { [("Authorization", $0)] } ?? []
                return try await RawClient.exchange(RawClient.request("GET", path, headers), port: port)
            }
            let first = try await ask("a")
            #expect(first["ratelimit-policy"] == "\"per_key\";q=3;w=60" && first["ratelimit"] == "\"per_key\";r=2;t=20")
            #expect(try await ask("a", "/error")["ratelimit"] == "\"per_key\";r=1;t=40")
            #expect(try await ask("a").status == 200)
            let refused = try await ask("a")
            #expect(
                refused.status == 429 && refused["retry-after"] == "20"
                    && refused["ratelimit"] == "\"per_key\";r=0;t=60"
            )
            #expect(try await ask("b").status == 200)
            #expect(try await ask(nil)["ratelimit"] == nil)
            clock.advance(by: .seconds(20))
            #expect(try await ask("a").status == 200)
        }
    }

    @Test("let requests pass when the limiter fails")
    func failure() async throws {
        let router = router(Broken(), RateLimit(1, per: .seconds(1)))
        for _ in 0..<3 {
            #expect(try await answer("GET", "/thing", [("Authorization", "a")], from: router).status == 200)
        }
    }
}
