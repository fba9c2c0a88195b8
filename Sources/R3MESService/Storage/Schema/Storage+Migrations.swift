// SPDX-License-Identifier: Apache-2.0

package import R3MESDatabase

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
            let applied = try await Storage.migrator.migrate(database)
            return MigrationReport(applied: applied, version: Storage.migrator.migrations.last?.name ?? "none")
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ServiceError(storage: error, location: location)
        }
    }

    /// Whether the schema is the one that this version works with.
    ///
    /// - Throws: ``ServiceError`` with ``ServiceError/Code/schemaTooNew`` or ``ServiceError/Code/schemaOutdated``.
    public func checkSchema() async throws {
        let missing = try await snapshot { db in try await Storage.migrator.missing(in: db) }
        if let first = missing.first {
            throw ServiceError(
                .schemaOutdated,
                "The database \(location) lacks the migration \(first.name). Run: r3mes migrate --database \(location)"
            )
        }
    }

    /// Every migration, in order.
    ///
    /// Files that were made before this project had a migrator of its own have GRDB's record of what was applied.
    package static let migrator = Migrator(
        [
            Migration(
                "0001-users-and-ledger",
                postgres: PostgresSchema.usersAndLedger,
                sqlite: SQLiteSchema.usersAndLedger
            ),
            Migration("0002-api-keys", postgres: PostgresSchema.apiKeys, sqlite: SQLiteSchema.apiKeys),
            Migration("0003-idempotency", postgres: PostgresSchema.idempotency, sqlite: SQLiteSchema.idempotency),
            Migration("0004-miner-stats", postgres: PostgresSchema.minerStats, sqlite: SQLiteSchema.minerStats),
        ],
        adopting: "grdb_migrations"
    )
}
