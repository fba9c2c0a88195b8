// SPDX-License-Identifier: Apache-2.0

/// Brings a database's schema up to date: each migration in a transaction of its own, together with the record that it was
/// applied.
///
/// Many instances may start at once: each transaction first takes a lock (PostgreSQL's advisory lock; SQLite's writer), then
/// looks what is missing. The records are in a table with name, checksum and time of each migration.
public struct Migrator: Sendable {
    /// The migrations, oldest first.
    public let migrations: [Migration]
    /// The table of records.
    public let table: String
    /// A table of an earlier tool on SQLite whose first column has the names of applied migrations, which are taken over.
    public let adoptedTable: String?

    /// Makes a migrator.
    ///
    /// - Parameters:
    ///   - migrations: Oldest first; no two of one name.
    ///   - table: The table of records.
    ///   - adoptedTable: A table of an earlier tool whose records are taken over from SQLite files that have it.
    public init(_ migrations: [Migration], table: String = "r3mes_migrations", adopting adoptedTable: String? = nil) {
        self.migrations = migrations
        self.table = table
        self.adoptedTable = adoptedTable
    }

    /// Applies what is missing.
    ///
    /// - Returns: The names of the migrations that were applied here; those that another instance applied meanwhile are not
    ///   among them.
    /// - Throws: ``DatabaseError/Code/migrationChanged`` for one whose statements are no longer those that were applied,
    ///   ``DatabaseError/Code/schemaTooNew`` for one that is not known here; other ``DatabaseError``; `CancellationError`.
    @discardableResult
    public func migrate(_ database: some Database) async throws -> [String] {
        try await prepareTable(in: database)
        var applied: [String] = []
        while true {
            let next = try await database.withTransaction(.repeatable) { transaction in
                try await lock(transaction)
                guard let next = try await missing(in: transaction).first else { return nil as String? }
                for statement in next.statements(for: transaction.dialect) {
                    try await transaction.execute(statement)
                }
                try await record(next, in: transaction)
                return next.name
            }
            guard let next else { return applied }
            applied.append(next)
        }
    }

    /// The names of the migrations that the database lacks, oldest first.
    ///
    /// Changes nothing.
    ///
    /// - Throws: As ``migrate(_:)``.
    public func missing(in database: some StatementExecutor) async throws -> [Migration] {
        let names = Set(migrations.map(\.name))
        let records = try await records(in: database)
        if let stranger = records.keys.filter({ !names.contains($0) }).min() {
            throw DatabaseError(
                .schemaTooNew,
                "the database has the migration \"\(stranger)\", which is not known here: a newer version wrote it"
            )
        }
        return try migrations.filter { migration in
            guard let record = records[migration.name] else { return true }
            guard record == nil || record == migration.checksum(for: database.dialect) else {
                throw DatabaseError(
                    .migrationChanged,
                    "the migration \"\(migration.name)\" has other statements than when it was applied to the database"
                )
            }
            return false
        }
    }
}

extension Migrator {
    /// The checksums of what was applied, by name; nil for what an earlier tool has applied.
    private func records(in database: some StatementExecutor) async throws -> [String: String?] {
        if try await exists(table, in: database) {
            let rows = try await database.query("SELECT name, checksum FROM \(identifier: table)")
            let pairs = try rows.map { row throws(DatabaseError) in try row.decode((String, String?).self) }
            return Dictionary(pairs) { first, _ in first }
        }
        guard let adoptedTable, try await exists(adoptedTable, in: database) else {
            return [:]
        }
        let rows = try await database.query("SELECT * FROM \(identifier: adoptedTable)")
        let names = try rows.map { row throws(DatabaseError) in (try row.decode(String.self, at: 0), nil as String?) }
        return Dictionary(names) { first, _ in first }
    }

    private func exists(_ table: String, in database: some StatementExecutor) async throws -> Bool {
        switch database.dialect {
        case .postgres:
            try await database.query("SELECT to_regclass(\(SQL.quoted(table)))::text IS NOT NULL").only().decode(at: 0)
        case .sqlite:
            try await !database.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = \(table)").isEmpty
        }
    }

    /// Makes the table of records if it is not there, with what an earlier tool has applied.
    private func prepareTable(in database: some Database) async throws {
        guard try await !exists(table, in: database) else { return }
        try await database.withTransaction(.repeatable) { transaction in
            try await lock(transaction)
            let records = try await records(in: transaction)
            guard try await !exists(table, in: transaction) else { return }
            try await transaction.execute(
                """
                CREATE TABLE \(identifier: table) (
                    name text NOT NULL PRIMARY KEY,
                    checksum text,
                    applied_at text NOT NULL
                )
                """
            )
            for name in records.keys.sorted() {
                try await insert(name, checksum: migrations.first { $0.name == name }, in: transaction)
            }
        }
    }

    /// Waits until no other instance migrates.
    private func lock(_ transaction: Transaction) async throws {
        // SQLite's transaction has the writer already.
        guard transaction.dialect == .postgres else { return }
        // "r3mes" as a number: any will do that no other program uses.
        _ = try await transaction.query("SELECT pg_advisory_xact_lock(491327350131)")
    }

    private func record(_ migration: Migration, in transaction: Transaction) async throws {
        try await insert(migration.name, checksum: migration, in: transaction)
    }

    private func insert(_ name: String, checksum migration: Migration?, in transaction: Transaction) async throws {
        let checksum = (migration?.checksum(for: transaction.dialect)).sqlValue
        let now: SQL = transaction.dialect == .postgres ? "now()::text" : "strftime('%Y-%m-%d %H:%M:%SZ', 'now')"
        try await transaction.execute(
            "INSERT INTO \(identifier: table) (name, checksum, applied_at) VALUES (\(name), \(checksum), \(now))"
        )
    }
}
