// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESCache
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite(
    "What two instances remember together",
    .enabled(if: TestServices.redis.shouldRun, "\(TestServices.redis.reason)"),
    .onBothEngines
)
struct SharedMemoryOfStorageTests {
    private static func cache() throws -> ServiceConfiguration.Cache {
        var cache = ServiceConfiguration.Cache()
        let url = try #require(TestServices.redis.url, "\(TestServices.redis.reason)")
        cache.url = try CacheURL.parse(url)
        return cache
    }

    @Test("a change made through one is soon seen by the other")
    func coherent() async throws {
        try await withTwo(try Self.cache()) { one, other in
            var generator = SeededGenerator()
            let wallets = try generator.wallets(4)
            try await one.register(wallets, credits: 1000)
            for round in 1...20 {
                let pair = wallets.shuffled(using: &generator)
                let writer = round.isMultiple(of: 2) ? one : other
                let reader = round.isMultiple(of: 2) ? other : one
                _ = try await reader.users(wallets)
                _ = try await writer.apply(try Transfer(from: pair[0], to: pair[1], amount: Credits(millionths: 3)))
                let expected = try await writer.users(wallets)
                try await eventually { try await reader.users(wallets) == expected }
            }
        }
    }

    @Test("a revoked key is soon refused by the other")
    func revoked() async throws {
        try await withTwo(try Self.cache()) { one, other in
            let issued = try APIKey.issue(name: "key", scopes: .admin, wallet: nil, at: .now())
            try await one.add(issued.record)
            #expect(try await other.apiKey(prefix: issued.record.prefix) == issued.record)
            try await one.revokeAPIKey(id: issued.record.id, of: nil)
            #expect(try await one.apiKey(prefix: issued.record.prefix)?.revokedAt != nil)
            try await eventually { try await other.apiKey(prefix: issued.record.prefix)?.revokedAt != nil }
        }
    }

    @Test("without Redis all is answered all the same")
    func away() async throws {
        var cache = try Self.cache()
        cache.url = try CacheURL.parse("redis://127.0.0.1:\(freePort())")
        try await withTwo(cache) { one, other in
            var generator = SeededGenerator()
            let wallets = try generator.wallets(2)
            try await one.register(wallets, credits: 10)
            #expect(try await one.users(wallets).map(\.?.credits.millionths) == [10, 10])
            _ = try await one.apply(try Transfer(from: wallets[0], to: wallets[1], amount: Credits(millionths: 3)))
            #expect(try await one.users(wallets).map(\.?.credits.millionths) == [7, 13])
            #expect(try await other.user(wallets[1])?.credits.millionths == 13)
        }
    }

    /// Two instances on one database, with their caches at work.
    private func withTwo(
        _ cache: ServiceConfiguration.Cache,
        _ body: @Sendable (Storage, Storage) async throws -> Void
    ) async throws {
        try await withStorages(2, remembering: cache) { storages in
            try await withThrowingTaskGroup { group in
                for storage in storages {
                    group.addTask { try await storage.cache?.run() }
                }
                try await body(storages[0], storages[1])
                group.cancelAll()
            }
        }
    }
}
