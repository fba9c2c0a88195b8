// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Logging
import R3MESDatabase
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Opening a database")
struct StorageOpeningTests {
    @Test("says that the folder is not there")
    func missingFolder() async throws {
        try await withTemporaryFolder { folder in
            let error = expect(.databaseUnavailable) { try Storage.open(folder.appending(path: "none")) }
            #expect(error?.detail.hasSuffix("is not there. Make it first.") == true)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(files.isEmpty)
        }
    }

    @Test("says that the file is a folder")
    func folderAsFile() async throws {
        try await withTemporaryFolder { folder in
            let inner = folder.appending(path: "inner")
            try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: false)
            let error = expect(.databaseUnavailable) { try Storage.open(folder, file: "inner") }
            #expect(error?.detail.hasSuffix("it is a folder.") == true)
        }
    }

    @Test("says that a folder on the way is a file")
    func fileAsFolder() async throws {
        try await withTemporaryFolder { folder in
            try Data().write(to: folder.appending(path: "file"))
            let error = expect(.databaseUnavailable) { try Storage.open(folder.appending(path: "file")) }
            #expect(error?.detail.hasSuffix("is not there. Make it first.") == true)
        }
    }

    @Test(
        "says that this user may not write the file or its folder",
        .disabled(if: geteuid() == 0, "Root may write everywhere: run the tests as another user.")
    )
    func notWritable() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "test.sqlite")
            try Data().write(to: file)
            let files = FileManager.default
            try files.setAttributes([.posixPermissions: 0o400], ofItemAtPath: file.path)
            let fileError = expect(.databaseUnavailable) { try Storage.open(folder) }
            #expect(fileError?.detail.hasSuffix("this user may not write it.") == true)

            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            try files.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
            defer { try? files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path) }
            let folderError = expect(.databaseUnavailable) { try Storage.open(folder) }
            #expect(folderError?.detail.contains("this user may not write in the folder") == true)
        }
    }

    @Test("refuses a file that is no database, and leaves it as it is")
    func foreignFile() async throws {
        try await withTemporaryFolder { folder in
            let text = Data(String(repeating: "These are the notes of somebody. ", count: 100).utf8)
            let file = folder.appending(path: "test.sqlite")
            try text.write(to: file)
            let error = expect(.databaseCorrupt) { try Storage.open(folder) }
            #expect(error?.detail.hasSuffix("The file is not an SQLite database.") == true)
            #expect(try Data(contentsOf: file) == text)
        }
    }

    @Test("gives up on a file that somebody else keeps locked")
    func locked() async throws {
        try await withTemporaryFolder { folder in
            let other = try DatabaseQueue(path: folder.appending(path: "test.sqlite").path)
            try await other.writeWithoutTransaction { db in
                try db.execute(sql: "BEGIN EXCLUSIVE; CREATE TABLE theirs (x)")
                expect(.databaseBusy) { try Storage.open(folder, busyTimeout: .milliseconds(20)) }
                try db.execute(sql: "COMMIT")
            }
            try await Storage.open(folder, busyTimeout: .milliseconds(20)).close()
        }
    }

    @Test("of PostgreSQL that cannot be reached fails where it is used, and says so")
    func unreachableServer() async throws {
        var settings = ServiceConfiguration.Database()
        settings.url = try DatabaseURL("postgres://127.0.0.1:1/r3mes")
        let storage = try Storage(opening: settings, logger: Logger(label: "test"))
        await expect(.databaseUnavailable) { try await storage.migrate() }
        await storage.close()
    }

    @Test(
        "applies the durability that was asked for to the connection that writes",
        arguments: [(ServiceConfiguration.Database.Synchronous.full, 2), (.normal, 1)]
    )
    func synchronous(setting: ServiceConfiguration.Database.Synchronous, level: Int) async throws {
        try await withTemporaryFolder { folder in
            let storage = try Storage.open(folder, synchronous: setting)
            try await storage.migrate()
            let applied = try await storage.column("PRAGMA synchronous", as: Int.self).first
            #expect(applied == level)
            await storage.close()
        }
    }

    @Test("turns on the write-ahead log and foreign keys")
    func modes() async throws {
        try await withStorage { storage in
            let mode = try await storage.column("PRAGMA journal_mode", as: String.self).first
            #expect(mode == "wal")
            #expect(try await storage.column("PRAGMA foreign_keys", as: Bool.self) == [true])
        }
    }

    @Test("finds everything that was written before it was closed")
    func reopening() async throws {
        try await withTemporaryFolder { folder in
            var generator = SeededGenerator(seed: 1)
            let wallets = try generator.wallets(10)
            let first = try Storage.open(folder)
            try await first.migrate()
            try await first.register(wallets, credits: 5)
            await first.close()
            await expect(.databaseUnavailable) { try await first.ping() }

            let second = try Storage.open(folder)
            try await second.checkSchema()
            let report = try await second.auditLedger()
            #expect((report.users, report.entries, report.total?.millionths) == (10, 10, 50))
            await second.close()
        }
    }
}
