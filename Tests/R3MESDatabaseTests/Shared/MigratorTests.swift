// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import Testing

@Suite("Both engines: migrations")
struct MigratorTests {
    private static let first = Migration("1-users", ["CREATE TABLE users (id bigint)", "INSERT INTO users VALUES (1)"])
    private static let second = Migration(
        "2-names",
        postgres: ["ALTER TABLE users ADD COLUMN name text"],
        sqlite: ["ALTER TABLE users ADD COLUMN name TEXT"]
    )

    @Test("are applied once, in order", arguments: DatabaseEngine.tested)
    func order(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            let initial = try await Migrator([Self.first]).migrate(database)
            #expect(initial == ["1-users"])
            let migrator = Migrator([Self.first, Self.second])
            #expect(try await migrator.missing(in: database).map(\.name) == ["2-names"])
            #expect(try await migrator.migrate(database) == ["2-names"])
            #expect(try await migrator.migrate(database).isEmpty)
            #expect(try await migrator.missing(in: database).isEmpty)
            #expect(try await database.count(of: "users") == 1)
        }
    }

    @Test("looking for what is missing changes nothing", arguments: DatabaseEngine.tested)
    func looking(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            let missing = try await Migrator([Self.first]).missing(in: database)
            #expect(missing.count == 1)
            await expectError(.undefinedObject) { try await database.query("SELECT * FROM r3mes_migrations") }
        }
    }

    @Test(
        "one that was changed is refused by its name, and one that only moved its spaces is not",
        arguments: DatabaseEngine.tested
    )
    func changed(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await Migrator([Self.first]).migrate(database)
            let moved = Migration("1-users", ["CREATE  TABLE users\n(id bigint)", "INSERT INTO users VALUES (1)"])
            #expect(try await Migrator([moved]).migrate(database).isEmpty)
            let changed = Migration("1-users", ["CREATE TABLE users (id bigint, name text)"])
            do {
                try await Migrator([changed, Self.second]).migrate(database)
                Issue.record("a changed migration was taken for what was applied")
            } catch let error as DatabaseError {
                #expect(error.code == .migrationChanged)
                #expect(error.message.contains("1-users"))
            }
        }
    }

    @Test("one that is not known here is refused", arguments: DatabaseEngine.tested)
    func newer(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            try await Migrator([Self.first, Self.second]).migrate(database)
            await expectError(.schemaTooNew) { try await Migrator([Self.first]).migrate(database) }
        }
    }

    @Test("one that fails leaves nothing of itself, and those before it", arguments: DatabaseEngine.tested)
    func failing(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            let broken = Migration("2-broken", ["INSERT INTO users VALUES (2)", "INSERT INTO nowhere VALUES (1)"])
            await expectError(.undefinedObject) { try await Migrator([Self.first, broken]).migrate(database) }
            let users = try await database.count(of: "users")
            #expect(users == 1)
            #expect(try await Migrator([Self.first, Self.second]).migrate(database) == ["2-names"])
        }
    }

    @Test("several instances that start at once apply each migration once", arguments: DatabaseEngine.tested)
    func race(engine: DatabaseEngine) async throws {
        try await engine.withDatabase { database in
            let migrator = Migrator([Self.first, Self.second])
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<8 { group.addTask { try await migrator.migrate(database) } }
                return try await group.reduce(into: [String]()) { $0 += $1 }
            }
            #expect(applied.sorted() == ["1-users", "2-names"])
            #expect(try await database.count(of: "users") == 1)
        }
    }
}
