// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESDatabase
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("What the storage remembers", .onBothEngines)
struct MemoryOfStorageTests {
    /// Long enough that nothing ends by itself.
    private static var cache: ServiceConfiguration.Cache {
        var cache = ServiceConfiguration.Cache()
        cache.lifetime = .seconds(3600)
        return cache
    }

    @Test("is not asked for again, and forgotten by the writes that change it")
    func writes() async throws {
        try await withStorage(remembering: Self.cache) { storage in
            var generator = SeededGenerator()
            let wallets = try generator.wallets(3)
            try await storage.register(wallets, credits: 100)
            for wallet in wallets {
                #expect(try await storage.user(wallet)?.credits.millionths == 100)
            }
            // Behind its back, so that it shows where an answer comes from.
            try await storage.execute("UPDATE users SET credits = 1")
            #expect(try await storage.users(wallets).map(\.?.credits.millionths) == [100, 100, 100])
            try await storage.execute("UPDATE users SET credits = 100")

            _ = try await storage.apply(try Transfer(from: wallets[0], to: wallets[1], amount: Credits(millionths: 7)))
            #expect(try await storage.users(wallets).map(\.?.credits.millionths) == [93, 107, 100])
            _ = try await storage.apply(
                try CreditChange(amount: Credits(millionths: 5), reason: "test"),
                to: wallets[2]
            )
            #expect(try await storage.user(wallets[2])?.credits.millionths == 105)
            #expect(try await storage.faults().isEmpty)
        }
    }

    @Test("is not that a wallet is unknown")
    func unknown() async throws {
        try await withStorage(remembering: Self.cache) { storage in
            var generator = SeededGenerator()
            let wallet = try generator.wallet()
            #expect(try await storage.user(wallet) == nil)
            #expect(try await storage.users([wallet]) == [nil])
            try await storage.register([wallet])
            #expect(try await storage.user(wallet) != nil)
        }
    }

    @Test("of a key ends when it is revoked")
    func keys() async throws {
        try await withStorage(remembering: Self.cache) { storage in
            let issued = try APIKey.issue(name: "key", scopes: .admin, wallet: nil, at: .now())
            try await storage.add(issued.record)
            let prefix = issued.record.prefix
            #expect(try await storage.apiKey(prefix: prefix)?.revokedAt == nil)
            try await storage.execute("UPDATE api_keys SET name = 'other'")
            #expect(try await storage.apiKey(prefix: prefix)?.name == "key")
            try await storage.revokeAPIKey(id: issued.record.id, of: nil)
            #expect(try await storage.apiKey(prefix: prefix)?.revokedAt != nil)
        }
    }

    @Test("ends by itself, for the changes of others")
    func lifetime() async throws {
        var cache = Self.cache
        cache.lifetime = .milliseconds(1)
        try await withStorage(remembering: cache) { storage in
            var generator = SeededGenerator()
            let wallet = try generator.wallet()
            try await storage.register([wallet], credits: 100)
            #expect(try await storage.user(wallet)?.credits.millionths == 100)
            try await storage.execute("UPDATE users SET credits = 1")
            try await Task.sleep(for: .milliseconds(2))
            #expect(try await storage.user(wallet)?.credits.millionths == 1)
        }
    }

    @Test("agrees with the database whatever reads and transfers come at once")
    func race() async throws {
        try await withStorage(remembering: Self.cache) { storage in
            var generator = SeededGenerator()
            let wallets = try generator.wallets(4)
            try await storage.register(wallets, credits: 1000)
            let seed = generator.next()
            try await withThrowingTaskGroup { group in
                for number in 0..<8 {
                    group.addTask {
                        var generator = SeededGenerator(seed: seed &+ UInt64(number))
                        for _ in 0..<50 {
                            let pair = wallets.shuffled(using: &generator)
                            if number < 4 {
                                _ = try await storage.apply(
                                    try Transfer(from: pair[0], to: pair[1], amount: Credits(millionths: 1))
                                )
                            } else {
                                _ = try await storage.users(Array(pair[0..<2]))
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let stored = try await storage.column(
                "SELECT credits FROM users ORDER BY wallet",
                as: Int64.self
            )
            let remembered = try await storage.users(wallets.sorted()).map { $0?.credits.millionths }
            #expect(remembered == stored, "seed \(generator.seed)")
        }
    }
}
