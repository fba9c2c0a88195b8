// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import R3MESDatabase
import R3MESTestSupport
import Testing

@testable import R3MESService

/// A folder for the time of one test.
func withTemporaryFolder<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let name = "r3mes-\(UUID().uuidString)"
    let folder = FileManager.default.temporaryDirectory.appending(path: name, directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

/// A migrated database of its own for the time of one test, in the engine that the test runs on.
func withStorage<Result>(
    remembering cache: ServiceConfiguration.Cache? = nil,
    observer: (any StatementObserver)? = nil,
    _ body: (Storage) async throws -> Result
) async throws -> Result {
    try await withDatabaseSettings { settings in
        let storage = try Storage(
            opening: settings,
            remembering: cache,
            logger: Logger(label: "test"),
            observer: observer
        )
        return try await migrated(storage, body)
    }
}

/// Several instances on one database.
func withStorages(
    _ count: Int,
    remembering cache: ServiceConfiguration.Cache,
    _ body: @Sendable ([Storage]) async throws -> Void
) async throws {
    try await withDatabaseSettings { settings in
        var storages: [Storage] = []
        for _ in 0..<count {
            storages.append(try Storage(opening: settings, remembering: cache, logger: Logger(label: "test")))
        }
        do {
            try await storages[0].migrate()
            try await body(storages)
        } catch {
            for storage in storages { await storage.close() }
            throw error
        }
        for storage in storages { await storage.close() }
    }
}

/// The settings of an empty database of its own, in the engine that the test runs on.
private func withDatabaseSettings<Result>(
    _ body: (ServiceConfiguration.Database) async throws -> Result
) async throws -> Result {
    var settings = ServiceConfiguration.Database()
    switch TestedEngine.current {
    case .sqlite:
        return try await withTemporaryFolder { folder in
            settings.url = .sqlite(path: folder.appending(path: "test.sqlite").path(percentEncoded: false))
            settings.synchronous = .normal
            return try await body(settings)
        }
    case .postgres:
        return try await withPostgresSchema { url in
            settings.url = try DatabaseURL(url)
            return try await body(settings)
        }
    }
}

private func migrated<Result>(_ storage: Storage, _ body: (Storage) async throws -> Result) async throws -> Result {
    do {
        try await storage.migrate()
        let result = try await body(storage)
        await storage.close()
        return result
    } catch {
        await storage.close()
        throw error
    }
}

extension Storage {
    /// Opens a file in a folder, by default without waiting for the disk at each commit.
    static func open(
        _ folder: URL,
        file: String = "test.sqlite",
        synchronous: ServiceConfiguration.Database.Synchronous = .normal,
        busyTimeout: Duration = .seconds(5),
        observer: (any StatementObserver)? = nil
    ) throws(ServiceError) -> Storage {
        var settings = ServiceConfiguration.Database()
        settings.url = .sqlite(path: folder.appending(path: file).path(percentEncoded: false))
        settings.synchronous = synchronous
        settings.busyTimeout = busyTimeout
        return try Storage(opening: settings, logger: Logger(label: "test"), observer: observer)
    }

    /// Registers wallets whose balance is one entry of the ledger each.
    func register(_ wallets: [WalletAddress], credits: Int64 = 0) async throws {
        try await write { db in
            for wallet in wallets {
                let isNew = try await UserTable.insert(User(wallet: wallet, createdAt: .epoch), in: db)
                try hold(isNew, "\(wallet) is there already")
                guard credits > 0 else { continue }
                let gift = try CreditChange(amount: Credits(millionths: credits), reason: "opening balance")
                try await LedgerTable.apply(gift, to: wallet, at: .epoch, in: db)
            }
        }
    }

    /// What an audit finds wrong, as text.
    func faults() async throws -> [WalletAddress: String] {
        try await auditLedger().discrepancies.mapValues(\.description)
    }
}

extension SeededGenerator {
    mutating func wallets(_ count: Int) throws -> [WalletAddress] {
        try (0..<count).map { _ in try wallet() }
    }
}

extension Storage {
    /// Runs a statement behind the back of the service's own.
    @discardableResult
    func execute(_ sql: SQL) async throws -> Int {
        try await database.execute(sql)
    }

    /// The values of the first column.
    func column<Value: SQLDecodable>(_ sql: SQL, as type: Value.Type = Value.self) async throws -> [Value] {
        try await database.query(sql).map { row throws in try row.decode(at: 0) }
    }
}
