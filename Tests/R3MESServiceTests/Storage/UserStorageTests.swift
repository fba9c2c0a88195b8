// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Stored users", .onBothEngines)
struct UserStorageTests {
    @Test("come back as they were, in every column")
    func roundTrip() async throws {
        try await withStorage { storage in
            await forAll(cases: 200) { generator in
                let user = try generator.user()
                let isNew = try await storage.write { db in try await UserTable.insert(user, in: db) }
                try hold(isNew, "not inserted")
                let found = try await storage.user(user.wallet)
                try hold(found == user, "\(user) came back as \(String(describing: found))")
            }
        }
    }

    @Test("are not replaced by a second one with the same wallet")
    func duplicate() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 1)
            let user = try generator.user()
            var other = try generator.user()
            other.wallet = user.wallet
            let inserted = try await storage.write { [other] db in
                [try await UserTable.insert(user, in: db), try await UserTable.insert(other, in: db)]
            }
            #expect(inserted == [true, false])
            #expect(try await storage.user(user.wallet) == user)
            #expect(try await storage.userCount() == 1)
        }
    }

    @Test("change in what they say of themselves, and not in their balance")
    func update() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 2)
            let user = try generator.user()
            var changed = try generator.user()
            changed.wallet = user.wallet
            try await storage.write { [changed] db in
                _ = try await UserTable.insert(user, in: db)
                try await UserTable.update(changed, in: db)
            }
            var expected = user
            expected.isMiner = changed.isMiner
            expected.metadata = changed.metadata
            expected.updatedAt = changed.updatedAt
            #expect(try await storage.user(user.wallet) == expected)
        }
    }

    @Test("are looked up a thousand at a time, in the order asked, with unknown and repeated wallets")
    func lookup() async throws {
        try await withStorage { storage in
            await forAll(cases: 3) { generator in
                let known = try (0..<300).map { _ in try generator.user() }
                try await storage.write { db in
                    for user in known { _ = try await UserTable.insert(user, in: db) }
                }
                var asked: [(wallet: WalletAddress, user: User?)] = []
                for _ in 0..<1000 {
                    let user = Bool.random(using: &generator) ? known.randomElement(using: &generator) : nil
                    asked.append((try user?.wallet ?? generator.wallet(), user))
                }
                let found = try await storage.users(asked.map(\.wallet))
                try hold(found == asked.map(\.user), "the answers are not those asked for")
            }
            let none = try await storage.users([])
            #expect(none.isEmpty)
        }
    }

    @Test("are counted, and missed when there is none")
    func count() async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 3)
            let wallets = try generator.wallets(7)
            #expect(try await storage.hasNoUsers())
            #expect(try await storage.userCount() == 0)
            #expect(try await storage.user(wallets[0]) == nil)
            try await storage.register(wallets)
            #expect(try await !storage.hasNoUsers())
            #expect(try await storage.userCount() == 7)
        }
    }

    @Test(
        "that were damaged in the file are an error of the database, never of the caller",
        arguments: [
            "UPDATE users SET wallet = 'remes1nonsense'", "UPDATE users SET metadata = '{'",
            "UPDATE users SET metadata = '[]'",
        ]
    )
    func damaged(sql: String) async throws {
        try await withStorage { storage in
            var generator = SeededGenerator(seed: 4)
            try await storage.register(generator.wallets(1))
            try await storage.execute(SQL(unsafeRaw: sql))
            await expect(.databaseCorrupt) { try await storage.users(UserQuery(), limit: 10) }
        }
    }
}

extension SeededGenerator {
    /// A user with any value in every column that the database takes.
    mutating func user() throws -> User {
        var members: [String: JSONValue] = [:]
        for _ in 0..<Int.random(in: 0...3, using: &self) {
            let text = text(of: "aé😀\u{301}\"\\\n\t", maximumLength: 8)
            members["m\(Int.random(in: 0...9, using: &self))"] = .string(text)
        }
        return User(
            wallet: try wallet(),
            credits: Credits(millionths: int64() & .max),
            isMiner: .random(using: &self),
            createdAt: Timestamp(microseconds: int64()),
            updatedAt: Timestamp(microseconds: int64()),
            lastMiningAt: Bool.random(using: &self) ? Timestamp(microseconds: int64()) : nil,
            metadata: (try? Metadata(members)) ?? Metadata()
        )
    }
}
