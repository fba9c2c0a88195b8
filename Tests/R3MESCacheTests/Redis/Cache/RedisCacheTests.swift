// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESCache

/// A client of the tests' server, and a namespace that no other test uses, which is emptied afterwards.
func withRedisCache<Value>(
    _ codec: CacheCodec<Value>,
    _ change: (inout RedisCache<Value>.Configuration) -> Void = { _ in },
    _ body: (RedisCache<Value>) async throws -> Void
) async throws {
    let configuration = try RedisClient.Configuration(url: try #require(TestServices.redis.url))
    try await withClient(configuration) { (client) async throws in
        var configuration = RedisCache<Value>.Configuration(namespace: "test-\(UUID().uuidString)")
        change(&configuration)
        let cache = try RedisCache(client, configuration, codec: codec)
        try await body(cache)
        try await cache.removeAll()
        try await client.unlink([cache.keys.generations])
    }
}

@Suite(
    "The cache in Redis",
    .timeLimit(.minutes(3)),
    .enabled(if: TestServices.redis.shouldRun, .init(rawValue: TestServices.redis.reason))
)
struct RedisCacheTests {
    struct User: Codable, Hashable, Sendable {
        var name: String
        var credits: Int
    }

    @Test("values are read as they were written, one or many")
    func values() async throws {
        try await withRedisCache(CacheCodec<User>.json) { (cache) async throws in
            let ann = User(name: "Ann", credits: 1)
            #expect(try await cache.get("ann") == nil)
            try await cache.set(ann, forKey: "ann")
            #expect(try await cache.get("ann") == ann)
            let many = Dictionary(uniqueKeysWithValues: (0..<50).map { ("u\($0)", User(name: "U", credits: $0)) })
            try await cache.setMany(many, tags: ["all"])
            #expect(try await cache.getMany(Array(many.keys) + ["none"]) == many)
            #expect(try await cache.remove("ann"))
            #expect(try await !cache.remove("ann"))
            #expect(try await cache.get("ann") == nil)
        }
    }

    @Test("what can't be read is a miss, and is loaded and replaced")
    func undecodable() async throws {
        try await withRedisCache(CacheCodec<User>.json) { (cache) async throws in
            for junk in ["", "x", "\u{1}12345678{}", "\u{2}12345678{}"] {
                try await cache.client.set(cache.keys.entry("k"), to: junk, expiry: .after(.seconds(60)))
                #expect(try await cache.get("k") == nil)
            }
            let user = User(name: "New", credits: 2)
            #expect(try await cache.value(forKey: "k") { _ in LoadedValue(user) } == user)
            #expect(try await cache.get("k") == user)
        }
    }

    @Test("another schema version sees nothing of this one")
    func versions() async throws {
        try await withRedisCache(CacheCodec<String>.text) { (cache) async throws in
            try await cache.set("old", forKey: "k")
            var configuration = cache.configuration
            configuration.schemaVersion = 2
            let next = try RedisCache(cache.client, configuration, codec: .text)
            #expect(try await next.get("k") == nil)
            #expect(try await cache.get("k") == "old")
        }
    }

    @Test("everything ends, a little earlier than configured at random")
    func expiry() async throws {
        try await withRedisCache(CacheCodec<String>.text, { $0.expiryJitter = 0.5 }) { (cache) async throws in
            var seen: Set<Duration> = []
            for index in 0..<20 {
                try await cache.set("v", forKey: "k\(index)", tags: ["t"], expiresAfter: .seconds(1000))
                guard case .expiring(let remaining)? = try await cache.client.ttl(cache.keys.entry("k\(index)")) else {
                    Issue.record("does not end")
                    return
                }
                #expect(remaining > .seconds(490) && remaining <= .seconds(1000))
                seen.insert(remaining)
            }
            #expect(seen.count > 10)
            guard case .expiring? = try await cache.client.ttl(cache.keys.tag("t")) else {
                Issue.record("the tag's set does not end")
                return
            }
        }
    }

    @Test("a value that is too large is refused")
    func tooLarge() async throws {
        try await withRedisCache(CacheCodec<String>.text, { $0.maximumValueSize = 10 }) { (cache) async throws in
            let error = await #expect(throws: CacheError.self) {
                try await cache.set("more than ten bytes", forKey: "k")
            }
            #expect(error?.code == .valueRefused)
        }
    }

    @Test("a tag removes what bears it, in steps, and leaves nothing behind")
    func tags() async throws {
        try await withRedisCache(CacheCodec<String>.text, { $0.options.stepSize = 7 }) { (cache) async throws in
            for index in 0..<50 {
                try await cache.set(
                    "v",
                    forKey: "k\(index)",
                    tags: index.isMultiple(of: 2) ? ["even", "all"] : ["all"]
                )
            }
            #expect(try await cache.invalidate(tag: "even") == 25)
            #expect(try await cache.get("k0") == nil)
            #expect(try await cache.get("k1") == "v")
            #expect(try await cache.invalidate(tag: "none") == 0)
            #expect(try await cache.invalidate(tag: "all") == 25)
            var left: Set<String> = []
            for try await found in cache.client.scan(matching: "{\(cache.configuration.namespace)*") {
                left.formUnion(found)
            }
            #expect(left == [cache.keys.generations])
        }
    }

    @Test("members of a tag whose entries have ended are dropped as others come")
    func tagsForget() async throws {
        try await withRedisCache(CacheCodec<String>.text, { $0.expiryJitter = 0 }) { (cache) async throws in
            for index in 0..<40 {
                try await cache.set("v", forKey: "k\(index)", tags: ["t"], expiresAfter: .milliseconds(1))
            }
            try await cache.set("v", forKey: "stays", tags: ["t"])
            try await eventually {
                try await cache.set("v", forKey: "stays", tags: ["t"])
                return try await cache.client.zcard(cache.keys.tag("t")) == 1
            }
        }
    }

    @Test("a pattern removes what matches, and special characters of Redis' are taken as it takes them")
    func patterns() async throws {
        try await withRedisCache(CacheCodec<String>.text, { $0.options.stepSize = 10 }) { (cache) async throws in
            for index in 0..<40 {
                try await cache.set("v", forKey: "user:\(index):profile")
                try await cache.set("v", forKey: "user:\(index):keys")
            }
            try await cache.set("v", forKey: "odd*key")
            #expect(try await cache.invalidate(matching: "user:[1-2]?:profile") == 20)
            #expect(try await cache.get("user:11:keys") == "v")
            #expect(try await cache.invalidate(matching: #"odd\*key"#) == 1)
            #expect(try await cache.removeAll() == 60)
        }
    }
}
