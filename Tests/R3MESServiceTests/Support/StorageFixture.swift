// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
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

/// A migrated database in a file of its own for the time of one test.
func withStorage<Result>(_ body: (Storage) async throws -> Result) async throws -> Result {
    try await withTemporaryFolder { folder in
        let storage = try Storage.open(folder)
        try await storage.migrate()
        let result = try await body(storage)
        try storage.close()
        return result
    }
}

extension Storage {
    /// Opens a file in a folder, by default without waiting for the disk at each commit.
    static func open(
        _ folder: URL,
        file: String = "test.sqlite",
        synchronous: ServiceConfiguration.Database.Synchronous = .normal,
        busyTimeout: Duration = .seconds(5)
    ) throws(ServiceError) -> Storage {
        var settings = ServiceConfiguration.Database()
        settings.url = .sqlite(path: folder.appending(path: file).path(percentEncoded: false))
        settings.synchronous = synchronous
        settings.busyTimeout = busyTimeout
        return try Storage(opening: settings, logger: Logger(label: "test"))
    }

    /// Registers wallets whose balance is one entry of the ledger each.
    func register(_ wallets: [WalletAddress], credits: Int64 = 0) async throws {
        try await write { db in
            for wallet in wallets {
                try hold(
                    UserTable.insert(User(wallet: wallet, createdAt: .epoch), in: db),
                    "\(wallet) is there already"
                )
                guard credits > 0 else { continue }
                let gift = try CreditChange(amount: Credits(millionths: credits), reason: "opening balance")
                try LedgerTable.apply(gift, to: wallet, at: .epoch, in: db)
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
