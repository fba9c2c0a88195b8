// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import NIOCore
import R3MESConcurrency
import R3MESResponse
import R3MESTestSupport
import Testing

@Suite("Security headers")
struct SecurityHeadersTests {
    @Test("stand on answers and errors, and give way to the route's own")
    func headers() async throws {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: SecurityHeadersMiddleware(strictTransportSecurity: .seconds(60)))
        router.get("thing") { _, _ in
            Response(status: .ok, headers: [.contentSecurityPolicy: "default-src 'self'"], body: .init())
        }
        router.get("error") { _, _ -> String in throw HTTPError(.conflict) }
        let thing = try await answer("GET", "/thing", from: router)
        #expect(
            thing["content-security-policy"] == "default-src 'self'" && thing["x-content-type-options"] == "nosniff"
        )
        #expect(thing["strict-transport-security"] == "max-age=60; includeSubDomains")
        for path in ["/error", "/nothing"] {
            let error = try await answer("GET", path, from: router)
            #expect(error.status >= 400 && error["x-frame-options"] == "DENY", "\(path)")
            #expect(error["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'")
        }
    }
}

@Suite("Cross-origin requests")
struct CrossOriginTests {
    private func router(_ configuration: CrossOriginConfiguration) throws -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: try CrossOriginMiddleware(configuration: configuration))
        router.get("thing") { _, _ in "thing" }
        router.get("error") { _, _ -> String in throw HTTPError(.conflict) }
        return router
    }

    @Test("permit the origins listed and no other, with Vary on every answer and on errors too")
    func origins() async throws {
        var configuration = CrossOriginConfiguration(origins: ["https://a.example"])
        configuration.allowsCredentials = true
        let router = try router(configuration)
        for path in ["/thing", "/error"] {
            let allowed = try await answer("GET", path, [("Origin", "https://a.example")], from: router)
            #expect(allowed["access-control-allow-origin"] == "https://a.example" && allowed["vary"] == "Origin")
            #expect(allowed["access-control-allow-credentials"] == "true")
            #expect(allowed["access-control-expose-headers"]?.contains("ETag") == true)
            for origin in ["https://b.example", "https://a.example.evil", "null", "*", "HTTPS://A.EXAMPLE"] {
                let refused = try await answer("GET", path, [("Origin", origin)], from: router)
                #expect(refused["access-control-allow-origin"] == nil && refused["vary"] == "Origin")
            }
            #expect(try await answer("GET", path, from: router)["vary"] == "Origin")
        }
    }

    @Test("ask before with a preflight, which no route sees")
    func preflight() async throws {
        let router = try router(CrossOriginConfiguration(origins: ["https://a.example"]))
        let headers = [("Origin", "https://a.example"), ("Access-Control-Request-Method", "PATCH")]
        let allowed = try await answer("OPTIONS", "/thing", headers, from: router)
        #expect(allowed.status == 204 && allowed["access-control-allow-methods"]?.contains("PATCH") == true)
        #expect(allowed["access-control-max-age"] == "7200" && allowed["content-length"] == nil)
        let foreign = [("Origin", "https://b.example"), ("Access-Control-Request-Method", "PATCH")]
        let refused = try await answer("OPTIONS", "/thing", foreign, from: router)
        #expect(refused["access-control-allow-origin"] == nil && refused["access-control-allow-methods"] == nil)
        #expect(try await answer("OPTIONS", "/thing", from: router).status == 404)
    }

    @Test("are open to all without credentials, and cannot be with them")
    func anyOrigin() async throws {
        let open = try router(CrossOriginConfiguration(origins: nil))
        let answer = try await answer("GET", "/thing", [("Origin", "https://x.example")], from: open)
        #expect(answer["access-control-allow-origin"] == "*" && answer["access-control-allow-credentials"] == nil)
        var configuration = CrossOriginConfiguration(origins: nil)
        configuration.allowsCredentials = true
        #expect(throws: ResponseError.self) { try router(configuration) }
        for origin in ["null", "*", "https://a.example/"] {
            #expect(throws: ResponseError.self) { try router(CrossOriginConfiguration(origins: [origin])) }
        }
    }
}

@Suite("Request deadlines")
struct RequestDeadlineTests {
    @Test(
        "read times with and without a unit",
        arguments: [
            ("2", Duration.seconds(2)), ("1.5s", .milliseconds(1500)), ("250ms", .milliseconds(250)),
            ("0.001", .milliseconds(1)), ("1.5ms", .microseconds(1500)), ("0.000000001s", .nanoseconds(1)),
            ("999999999", .seconds(999_999_999)),
        ]
    )
    func times(text: String, duration: Duration) {
        #expect(RequestTimeout(text)?.duration == duration)
    }

    @Test(
        "refuse what is no time",
        arguments: [
            "", "0", "0ms", "-1", "1m", "s", "ms", ".5", "1.", "1e3", "+1", " 1", "1s ", "1234567890", "NaN", "١",
        ]
    )
    func noTimes(text: String) async throws {
        #expect(RequestTimeout(text) == nil)
    }

    @Test("cancel the route and answer 504, by the client's time or the server's, whichever is shorter")
    func deadline() async throws {
        let clock = TestClock()
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: RequestDeadlineMiddleware(maximum: .seconds(10), clock: clock))
        router.get("slow") { _, _ -> String in
            try await Task.sleep(for: .seconds(3600))
            return "late"
        }
        router.get("fast") { _, _ in "\(Deadline.current?.remaining(clock: clock) ?? .zero)" }
        try await withServer(router) { port in
            for (headers, time) in [([], 10), ([("X-Request-Timeout", "4")], 4), ([("X-Request-Timeout", "60")], 10)] {
                async let answer = RawClient.exchange(RawClient.request("GET", "/slow", headers), port: port)
                await clock.waitForSleepers()
                clock.advance(by: .seconds(time))
                let late = try await answer
                #expect(late.status == 504 && late["content-type"] == "application/problem+json")
            }
            let fast = try await RawClient.exchange(
                RawClient.request("GET", "/fast", [("X-Request-Timeout", "1500ms")]),
                port: port
            )
            #expect(fast.text == "\(Duration.milliseconds(1500))")
            #expect(clock.sleeperCount == 0)
            let odd = [("X-Request-Timeout", "soon")]
            #expect(try await RawClient.exchange(RawClient.request("GET", "/fast", odd), port: port).status == 400)
        }
    }

    @Test("hold nothing back after thousands of requests that race with their end")
    func race() async throws {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: RequestDeadlineMiddleware(maximum: .microseconds(200)))
        router.get("race") { _, _ -> String in
            try await Task.sleep(for: .microseconds(Int.random(in: 0...400)), tolerance: .zero)
            return "in time"
        }
        try await withServer(router) { port in
            for _ in 0..<300 {
                let answer = try await RawClient.exchange(RawClient.request("GET", "/race"), port: port)
                #expect(answer.status == 200 || answer.status == 504)
            }
        }
    }
}
