// SPDX-License-Identifier: Apache-2.0

import GRDB

/// What ``Storage/migrate()`` did.
public struct MigrationReport: Hashable, Sendable {
    /// The migrations that were applied, oldest first.
    ///
    /// Empty when the schema was up to date.
    public let applied: [String]
    /// The newest migration that the database has.
    public let version: String
}

extension Storage {
    /// Brings the schema up to date, each migration in a transaction of its own.
    ///
    /// - Throws: ``ServiceError`` with ``ServiceError/Code/schemaTooNew`` when a newer version of the service has been here.
    @discardableResult
    public func migrate() async throws -> MigrationReport {
        do {
            let before = try await appliedMigrations()
            try await applyMigrations(after: before)
            let after = try await appliedMigrations()
            return MigrationReport(
                applied: after.filter { !before.contains($0) },
                version: after.last ?? "none"
            )
        } catch {
            throw ServiceError(storage: error, path: path)
        }
    }

    /// Applies what is missing.
    ///
    /// Of several processes that start at once on one database, one wins each migration and the others fail at it: as long
    /// as there is progress, whoever made it, the rest is tried again.
    private func applyMigrations(after before: [String]) async throws {
        do {
            try Storage.migrator.migrate(pool)
        } catch {
            let now = try await appliedMigrations()
            guard now.count > before.count else { throw error }
            try await applyMigrations(after: now)
        }
    }

    /// Whether the schema is the one that this version works with.
    ///
    /// - Throws: ``ServiceError`` with ``ServiceError/Code/schemaTooNew`` or ``ServiceError/Code/schemaOutdated``.
    public func checkSchema() async throws {
        let applied = try await appliedMigrations()
        if let missing = Storage.migrator.migrations.first(where: { !applied.contains($0) }) {
            throw ServiceError(
                .schemaOutdated,
                "The database \(path) lacks the migration \(missing). Run: r3mes migrate --database sqlite:\(path)"
            )
        }
    }

    /// Applied migrations, oldest first.
    ///
    /// A stranger among them means that a newer version wrote this file.
    private func appliedMigrations() async throws -> [String] {
        let migrator = Storage.migrator
        return try await read { db in
            if try migrator.hasBeenSuperseded(db) {
                throw ServiceError(
                    .schemaTooNew,
                    "The database was written by a newer version of r3mes. Use that version."
                )
            }
            let applied = try migrator.appliedIdentifiers(db)
            return migrator.migrations.filter { applied.contains($0) }
        }
    }

    /// Every migration, in order.
    ///
    /// One that has been released is never changed: a mistake is mended by the next.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001-users-and-ledger", migrate: createUsersAndLedger)
        migrator.registerMigration("0002-api-keys", migrate: createAPIKeys)
        migrator.registerMigration("0003-idempotency", migrate: createIdempotency)
        migrator.registerMigration("0004-miner-stats", migrate: createMinerStats)
        return migrator
    }
}
