// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESConcurrency
import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite(
    "The rate limiter in Redis",
    .timeLimit(.minutes(3)),
    .enabled(if: TestServices.redis.shouldRun, .init(rawValue: TestServices.redis.reason))
)
struct RedisRateLimiterTests {
    private func withClients(_ body: (RedisClient, RedisClient) async throws -> Void) async throws {
        let configuration = try RedisClient.Configuration(url: try #require(TestServices.redis.url))
        try await withClient(configuration) { (one) async throws in
            try await withClient(configuration) { (two) async throws in try await body(one, two) }
        }
    }

    private let name = "limit-\(UUID().uuidString)"

    @Test("two instances together allow what the limit says, however many ask at once")
    func shared() async throws {
        try await withClients { (one, two) async throws in
            // So slow that nothing comes back while the test runs.
            let limit = RateLimit(50, per: .seconds(3600 * 24))
            let limiters = try [one, two].map { try RedisRateLimiter($0, name: name, limit: limit) }
            let allowed = Shared(0)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        let decision = try await limiters[index % 2].allow("ann")
                        #expect(decision.limit == 50)
                        if decision.isAllowed {
                            allowed.increment()
                        } else {
                            #expect(decision.remaining == 0 && decision.retryAfter ?? .zero > .zero)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(allowed.value == 50)
            #expect(try await limiters[0].allow("bob").remaining == 49)
        }
    }

    @Test("costs are taken as they are, zero tells how things stand, and more than a burst is never allowed")
    func costs() async throws {
        try await withClients { (client, _) async throws in
            let limiter = try RedisRateLimiter(client, name: name, limit: RateLimit(10, per: .seconds(36_000)))
            #expect(try await limiter.allow("k", cost: 0).remaining == 10)
            #expect(try await limiter.allow("k", cost: -5).remaining == 10)
            #expect(try await limiter.allow("k", cost: 4).remaining == 6)
            let tooMuch = try await limiter.allow("k", cost: 7)
            #expect(!tooMuch.isAllowed)
            let wait = try #require(tooMuch.retryAfter)
            #expect(wait > .seconds(3000) && wait <= .seconds(3600))
            for cost in [11, .max] {
                let never = try await limiter.allow("k", cost: cost)
                #expect(!never.isAllowed && never.retryAfter == nil)
            }
            #expect(try await limiter.allow("k", cost: 0).remaining == 6)
        }
    }

    @Test("a key that has its full burst again takes no room")
    func forgets() async throws {
        try await withClients { (client, _) async throws in
            let limiter = try RedisRateLimiter(client, name: name, limit: RateLimit(1000, per: .seconds(1)))
            #expect(try await limiter.allow("k").isAllowed)
            try await eventually {
                var keys: [String] = []
                for try await found in client.scan(matching: "{\(name)}*") { keys += found }
                return keys.isEmpty
            }
        }
    }

    @Test("without Redis it fails, or the other limiter decides")
    func fallback() async throws {
        try await RedisServerProcess.with { server in
            await server.crash()
            var configuration = server.configuration
            configuration.options.unavailableAfter = .zero
            try await withClient(configuration) { (client) async throws in
                let limit = RateLimit(10, per: .seconds(3600))
                let strict = try RedisRateLimiter(client, name: name, limit: limit)
                await #expect(throws: CacheError.self) { try await strict.allow("k") }
                let local = try RateLimiter<String>(configuration: .init(limit: RateLimit(2, per: .seconds(3600))))
                let lenient = try RedisRateLimiter(client, name: name, limit: limit, fallback: local)
                let allowed = try await [lenient.allow("k"), lenient.allow("k"), lenient.allow("k")].map(\.isAllowed)
                #expect(allowed == [true, true, false])
            }
        }
    }
}
