// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import R3MESService

@Suite("Cache URLs")
struct CacheURLTests {
    @Test(
        "are none, memory, or a Redis; what is printed is read as the same",
        arguments: [
            "none", "memory", "redis://localhost", "redis://127.0.0.1:6380/2", "rediss://cache.example.org",
            "redis://[::1]:7000", "unix:///run/redis.sock", "unix:///run/redis.sock?db=3",
        ]
    )
    func forms(text: String) throws {
        let url = try CacheURL.parse(text)
        #expect(url.description == text)
        #expect(try CacheURL.parse(url.description) == url)
    }

    @Test("a password is for the client alone")
    func password() throws {
        let text = "rediss://me:pass%40word@cache.example.org:6380/1"
        guard case .redis(let redis) = try CacheURL.parse(text) else {
            Issue.record("no Redis")
            return
        }
        #expect(redis.url.value == text)
        #expect(redis.isEncrypted && !redis.isLocal)
        #expect(redis.description == "rediss://me:‹redacted›@cache.example.org:6380/1")
        #expect("\(CacheURL.redis(redis))" == redis.description)
        #expect(try CacheURL.parse(redis.description).description == redis.description)
    }

    @Test(
        "a server of this machine is known as such",
        arguments: [
            ("redis://localhost", true), ("redis://127.0.0.9", true), ("redis://[::1]", true), ("unix:///run/x", true),
            ("redis://10.0.0.1", false), ("redis://cache.example.org", false),
        ]
    )
    func local(text: String, isLocal: Bool) throws {
        guard case .redis(let redis) = try CacheURL.parse(text) else {
            Issue.record("no Redis")
            return
        }
        #expect(redis.isLocal == isLocal)
    }

    @Test(
        "others are refused, without a word of what they hold",
        arguments: [
            "", "Memory", "redis", "redis://", "http://secret", "redis://:secret@", "redis://h/secret",
            "redis://h#secret",
            "memcached://secret", "unix://secret",
        ]
    )
    func refused(text: String) {
        let refusal = #expect(throws: ServiceConfiguration.Refusal.self) { try CacheURL.parse(text) }
        #expect(refusal?.reason.contains("secret") == false)
    }

    @Test("production refuses a Redis elsewhere that is not encrypted")
    func safety() throws {
        for (text, isSafe) in [
            ("redis://cache.example.org", false), ("rediss://cache.example.org", true), ("redis://localhost", true),
        ] {
            var configuration = ServiceConfiguration()
            configuration.profile = .production
            configuration.security.cursorSecret = Secret(String(repeating: "s", count: 32))
            configuration.cache.url = try CacheURL.parse(text)
            do throws(ServiceError) {
                try configuration.validate()
                #expect(isSafe)
            } catch {
                #expect(!isSafe && error.fieldErrors.map(\.field) == ["cache.url"])
            }
        }
    }
}
