// SPDX-License-Identifier: Apache-2.0

import GRDB
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Migrations")
struct MigrationTests {
    @Test("are applied once, in order")
    func twice() async throws {
        try await withTemporaryFolder { folder in
            let storage = try Storage.open(folder)
            let all = Storage.migrator.migrations
            #expect(try await storage.migrate() == MigrationReport(applied: all, version: all.last ?? ""))
            #expect(try await storage.migrate() == MigrationReport(applied: [], version: all.last ?? ""))
            try await storage.checkSchema()
            try storage.close()
        }
    }

    @Test("continue where an older version stopped, and keep the data")
    func continued() async throws {
        try await withTemporaryFolder { folder in
            let storage = try Storage.open(folder)
            let all = Storage.migrator.migrations
            try Storage.migrator.migrate(storage.pool, upTo: all[0])
            var generator = SeededGenerator(seed: 1)
            try await storage.register(generator.wallets(3), credits: 1)
            let error = await expect(.schemaOutdated) { try await storage.checkSchema() }
            #expect(error?.detail.contains(all[1]) == true)
            #expect(try await storage.migrate().applied == Array(all.dropFirst()))
            #expect(try await storage.userCount() == 3)
            try storage.close()
        }
    }

    @Test("that an empty file lacks are told, with the command that applies them")
    func emptyFile() async throws {
        try await withTemporaryFolder { folder in
            let storage = try Storage.open(folder)
            let error = await expect(.schemaOutdated) { try await storage.checkSchema() }
            #expect(error?.detail.hasSuffix("r3mes migrate --database sqlite:\(storage.path)") == true)
            try storage.close()
        }
    }

    @Test("of a newer version are refused")
    func newer() async throws {
        try await withStorage { storage in
            try await storage.write { db in
                try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('9999-from-the-future')")
            }
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
                #expect(applied == Set(Storage.migrator.migrations))
                for storage in storages {
                    try await storage.checkSchema()
                    try storage.close()
                }
            }
        }
    }
}
