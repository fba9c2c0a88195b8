// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import R3MESDatabase
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Migrations")
struct MigrationTests {
    @Test("are applied once, in order")
    func twice() async throws {
        try await withTemporaryFolder { folder in
            let storage = try Storage.open(folder)
            let all = Storage.migrator.migrations.map(\.name)
            #expect(try await storage.migrate() == MigrationReport(applied: all, version: all.last ?? ""))
            #expect(try await storage.migrate() == MigrationReport(applied: [], version: all.last ?? ""))
            try await storage.checkSchema()
            await storage.close()
        }
    }

    @Test("continue where an older version stopped, and keep the data")
    func continued() async throws {
        try await withTemporaryFolder { folder in
            let storage = try Storage.open(folder)
            let all = Storage.migrator.migrations.map(\.name)
            let older = Migrator(Array(Storage.migrator.migrations.prefix(1)))
            try await older.migrate(storage.database)
            var generator = SeededGenerator(seed: 1)
            try await storage.register(generator.wallets(3), credits: 1)
            let error = await expect(.schemaOutdated) { try await storage.checkSchema() }
            #expect(error?.detail.contains(all[1]) == true)
            #expect(try await storage.migrate().applied == Array(all.dropFirst()))
            #expect(try await storage.userCount() == 3)
            await storage.close()
        }
    }

    @Test("that an empty file lacks are told, with the command that applies them")
    func emptyFile() async throws {
        try await withTemporaryFolder { folder in
            let storage = try Storage.open(folder)
            let error = await expect(.schemaOutdated) { try await storage.checkSchema() }
            #expect(error?.detail.hasSuffix("r3mes migrate --database \(storage.location)") == true)
            await storage.close()
        }
    }

    @Test("of a newer version are refused")
    func newer() async throws {
        try await withStorage { storage in
            try await storage.execute(
                "INSERT INTO r3mes_migrations (name, applied_at) VALUES ('9999-from-the-future', '')"
            )
            await expect(.schemaTooNew) { try await storage.checkSchema() }
            await expect(.schemaTooNew) { try await storage.migrate() }
        }
    }

    @Test("may be started by several processes at once")
    func race() async throws {
        for _ in 0..<25 {
            try await withTemporaryFolder { folder in
                let storages = try (0..<3).map { _ in try Storage.open(folder) }
                let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                    for storage in storages {
                        group.addTask { try await storage.migrate().applied }
                    }
                    return try await group.reduce(into: Set<String>()) { $0.formUnion($1) }
                }
                #expect(applied == Set(Storage.migrator.migrations.map(\.name)))
                for storage in storages {
                    try await storage.checkSchema()
                    await storage.close()
                }
            }
        }
    }

    @Test("that GRDB has applied to a file are taken over, and the data with them", arguments: [2, 4])
    func adoption(count: Int) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending(path: "test.sqlite").path(percentEncoded: false)
            let migrations = Storage.migrator.migrations
            let schemas = [
                SQLiteSchema.usersAndLedger, SQLiteSchema.apiKeys, SQLiteSchema.idempotency, SQLiteSchema.minerStats,
            ]
            var earlier = DatabaseMigrator()
            for (migration, statements) in zip(migrations, schemas).prefix(count) {
                earlier.registerMigration(migration.name) { db in
                    for statement in statements { try db.execute(sql: statement.description) }
                }
            }
            let queue = try DatabaseQueue(path: path)
            try earlier.migrate(queue)
            try queue.close()

            let storage = try Storage.open(folder)
            var generator = SeededGenerator(seed: 1)
            try await storage.register(generator.wallets(3), credits: 1)
            #expect(try await storage.migrate().applied == migrations.dropFirst(count).map(\.name))
            try await storage.checkSchema()
            #expect(try await storage.migrate().applied.isEmpty)
            #expect(try await storage.userCount() == 3)
            await storage.close()
        }
    }
}
