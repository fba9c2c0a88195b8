// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Stored API keys", .onBothEngines)
struct APIKeyStorageTests {
    static func issue(
        of wallet: WalletAddress?,
        name: String = "laptop",
        at now: Timestamp = .epoch,
        expiresAt: Timestamp? = nil
    ) throws -> APIKey.Issued {
        try APIKey.issue(name: name, scopes: .write, wallet: wallet, at: now, expiresAt: expiresAt)
    }

    @Test("come back as they were, without the secret")
    func roundTrip() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 1)
            let wallet = try generator.wallet()
            try await storage.register([wallet])
            for (owner, expiry) in [(wallet, nil), (nil, Timestamp.max), (wallet, Timestamp(microseconds: 7))] {
                let issued = try Self.issue(of: owner, name: "é \"key\"", expiresAt: expiry)
                try await storage.add(issued.record)
                #expect(try await storage.apiKey(prefix: issued.secret.prefix) == issued.record)
                let hidden = issued.secret.revealed().dropFirst(APIKey.Secret.prefixLength)
                let kept = try await storage.database.query("SELECT * FROM api_keys WHERE id = \(issued.record.id)")
                    .only()
                let row = (0..<kept.count).compactMap { column in
                    (try? kept.decode(String.self, at: column))
                        ?? (try? kept.decode([UInt8].self, at: column)).map { String(decoding: $0, as: UTF8.self) }
                }.joined(separator: " ")
                #expect(row.contains(issued.record.id) == true)
                #expect(row.contains(hidden) == false)
            }
            #expect(try await storage.apiKey(prefix: "r3k_AAAAAAAA") == nil)
        }
    }

    @Test("are listed for their owner alone, the oldest first")
    func lists() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 2)
            let wallets = try generator.wallets(2)
            try await storage.register(wallets)
            var records: [APIKey.Record] = []
            for time in [3, 1, 2] as [Int64] {
                records.append(try Self.issue(of: wallets[0], at: Timestamp(microseconds: time)).record)
            }
            records.append(try Self.issue(of: nil).record)
            for record in records { try await storage.add(record) }
            #expect(try await storage.apiKeys(of: wallets[0]) == [records[1], records[2], records[0]])
            #expect(try await storage.apiKeys(of: wallets[1]).isEmpty)
            #expect(try await storage.apiKeys(of: nil) == [records[3]])
            let stranger = try generator.wallet()
            await expect(.userNotFound) { try await storage.apiKeys(of: stranger) }
            await expect(.userNotFound) { try await storage.add(Self.issue(of: stranger).record) }
        }
    }

    @Test("are revoked by their owner alone, and once")
    func revocation() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 3)
            let wallets = try generator.wallets(2)
            try await storage.register(wallets)
            let record = try Self.issue(of: wallets[0]).record
            try await storage.add(record)
            await expect(.apiKeyNotFound) { try await storage.revokeAPIKey(id: record.id, of: wallets[1]) }
            await expect(.apiKeyNotFound) { try await storage.revokeAPIKey(id: record.id, of: nil) }
            await expect(.apiKeyNotFound) { try await storage.revokeAPIKey(id: "other", of: wallets[0]) }
            #expect(try await storage.apiKey(prefix: record.prefix)?.revokedAt == nil)

            for time in [5, 9] as [Int64] {
                try await storage.write { db in
                    let now = Timestamp(microseconds: time)
                    try await APIKeyTable.revoke(id: record.id, of: wallets[0], at: now, in: db)
                }
            }
            #expect(try await storage.apiKey(prefix: record.prefix)?.revokedAt == Timestamp(microseconds: 5))
        }
    }

    @Test("are limited for each wallet while they are valid, and not limited for operators")
    func limit() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 4)
            let wallets = try generator.wallets(2)
            try await storage.register(wallets)
            func insert(_ wallet: WalletAddress?) async throws -> APIKey.ID {
                let record = try Self.issue(of: wallet).record
                try await storage.write { db in try await APIKeyTable.insert(record, limit: 2, in: db) }
                return record.id
            }
            let id = try await insert(wallets[0])
            _ = try await insert(wallets[0])
            await expect(.apiKeyLimit) { try await insert(wallets[0]) }
            try await storage.revokeAPIKey(id: id, of: wallets[0])
            _ = try await insert(wallets[0])
            await expect(.apiKeyLimit) { try await insert(wallets[0]) }
            _ = try await insert(wallets[1])
            for _ in 0..<4 { _ = try await insert(nil) }
        }
    }

    @Test("that are no longer valid are kept, but not without bound")
    func deadKeys() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 4)
            let wallets = try generator.wallets(2)
            try await storage.register(wallets)
            let other = try Self.issue(of: wallets[1]).record
            try await storage.add(other)
            try await storage.revokeAPIKey(id: other.id, of: wallets[1])
            var revoked: [APIKey.ID] = []
            for second in 1...6 {
                let time = Timestamp.epoch.advanced(by: .seconds(second))
                let record = try Self.issue(of: wallets[0], at: time).record
                try await storage.write { db in try await APIKeyTable.insert(record, limit: 2, in: db) }
                try await storage.revokeAPIKey(id: record.id, of: wallets[0])
                revoked.append(record.id)
            }
            let last = try Self.issue(of: wallets[0], at: .now()).record
            try await storage.write { db in try await APIKeyTable.insert(last, limit: 2, in: db) }
            let kept = try await storage.apiKeys(of: wallets[0]).map(\.id)
            #expect(Set(kept) == Set(revoked.suffix(2) + [last.id]))
            #expect(try await storage.apiKeys(of: wallets[1]).map(\.id) == [other.id])
        }
    }

    @Test("begin with one admin key, however many processes start at once")
    func firstKey() async throws {
        for _ in 0..<5 {
            try await withTemporaryFolder { folder in
                let storages = try (0..<4).map { _ in try Storage.open(folder) }
                try await storages[0].migrate()
                let secrets = try await withThrowingTaskGroup(of: APIKey.Secret?.self) { group in
                    for storage in storages {
                        group.addTask { try await storage.makeFirstAdminKey() }
                    }
                    return try await group.reduce(into: [APIKey.Secret]()) { if let secret = $1 { $0.append(secret) } }
                }
                #expect(secrets.count == 1)
                let keys = try await storages[1].apiKeys(of: nil)
                #expect(keys.map(\.prefix) == secrets.map(\.prefix))
                #expect(keys.first?.scopes == .admin)
                for storage in storages { await storage.close() }
            }
        }
    }

    @Test(
        "that were damaged in the file are an error of the database, never of the caller",
        arguments: [
            "UPDATE api_keys SET scopes = 'root'", "UPDATE api_keys SET digest = substr(digest, 1, 3)",
            "UPDATE users SET wallet = 'remes1'",
        ]
    )
    func damaged(sql: String) async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 5)
            let wallet = try generator.wallet()
            try await storage.register([wallet])
            let record = try Self.issue(of: wallet).record
            try await storage.add(record)
            if sql.contains("users") {
                // A wallet that no program of ours would have written, and the key with it.
                try await storage.execute("INSERT INTO users (wallet, created_at, updated_at) VALUES ('remes1', 0, 0)")
                try await storage.execute("UPDATE api_keys SET wallet = 'remes1'")
            } else {
                try await storage.execute(SQL(unsafeRaw: sql))
            }
            await expect(.databaseCorrupt) { try await storage.apiKey(prefix: record.prefix) }
        }
    }
}
