// SPDX-License-Identifier: Apache-2.0

/// Brings a database's schema up to date, one ``Migration`` after the other, each in a transaction together with its record.
///
/// Any number of instances may start at once: they take turns, and all but the first find nothing left to do. What is recorded is the
/// step's name and a checksum of its text, in the table `r3mes_migrations`; a step that was changed, left out or put in between
/// later is an error that names it.
public struct Migrator: Sendable {
    /// What a database has, and what it lacks.
    public struct Status: Hashable, Sendable {
        /// The steps that the database has, oldest first.
        public let applied: [String]
        /// The steps that it lacks, in their order.
        public let pending: [String]
    }

    /// The lock under which instances take turns on PostgreSQL: "r3mesmig" in ASCII.
    private static let lock: Int64 = 0x7233_6d65_736d_6967

    /// The steps, oldest first.
    public let migrations: [Migration]
    private let adopt: (@Sendable (Transaction) async throws -> [String])?

    /// Makes a migrator.
    ///
    /// - Parameters:
    ///   - migrations: The steps, oldest first.
    ///   - adopt: Is asked once, on a database without records, which of the first steps it has all the same, for instance by
    ///     another tool; nil if that cannot be.
    /// - Throws: ``DatabaseError/Code/invalidConfiguration`` if two steps have one name, or one has none.
    public init(
        _ migrations: [Migration],
        adopting adopt: (@Sendable (Transaction) async throws -> [String])? = nil
    ) throws(DatabaseError) {
        var problems = ConfigurationProblems()
        var seen: Set<String> = []
        for migration in migrations {
            problems.require(!migration.id.isEmpty, "a migration has no name")
            problems.require(seen.insert(migration.id).inserted, "two migrations are called \(migration.id)")
        }
        try problems.check()
        self.migrations = migrations
        self.adopt = adopt
    }

    /// Applies what the database lacks.
    ///
    /// - Parameters:
    ///   - database: The database.
    ///   - timeout: How long each step may take, waiting for other instances included.
    ///   - onApply: Is told of each step that this call has applied.
    /// - Returns: The steps that this call has applied.
    /// - Throws: ``DatabaseError/Code/schemaMismatch``; ``DatabaseError/Code/migrationFailed``, naming the step and the statement, with
    ///   the cause; whatever else a statement throws. Steps before the one that failed stay.
    @discardableResult
    public func migrate(
        _ database: some Database,
        timeout: Duration = .seconds(600),
        onApply: (String) -> Void = { _ in }
    ) async throws -> [String] {
        var options = TransactionOptions()
        options.timeout = timeout
        var applied: [String] = []
        while true {
            let id = try await database.withTransaction(options) { transaction in
                try await applyNext(in: transaction, timeout: timeout)
            }
            guard let id else { return applied }
            applied.append(id)
            onApply(id)
        }
    }

    /// What the database has and lacks, without changing it; nothing is adopted.
    ///
    /// - Throws: ``DatabaseError/Code/schemaMismatch``; what a statement throws.
    public func status(of database: some Database) async throws -> Status {
        let count = try await database.withTransaction(.readOnly) { transaction in
            guard try await Self.hasRecords(transaction) else { return 0 }
            return try MigrationPlan.applied(await Self.records(in: transaction), of: steps(for: transaction.dialect))
        }
        return Status(applied: migrations.prefix(count).map(\.id), pending: migrations.dropFirst(count).map(\.id))
    }
}

extension Migrator {
    private func steps(for dialect: SQLDialect) -> [MigrationPlan.Record] {
        migrations.map { MigrationPlan.Record(id: $0.id, checksum: $0.checksum(for: dialect)) }
    }

    /// Applies and records the next step; nil if there is none.
    private func applyNext(in transaction: Transaction, timeout: Duration) async throws -> String? {
        let options = StatementOptions(timeout: timeout, name: "migrate")
        if transaction.dialect == .postgres {
            // Until the end of the transaction. SQLite lets one writer at a time in anyway.
            _ = try await transaction.query("SELECT pg_advisory_xact_lock(\(Self.lock))::text", options: options)
        }
        let steps = steps(for: transaction.dialect)
        if try await !Self.hasRecords(transaction) {
            try await Self.createRecords(transaction)
            try await recordAdopted(steps, in: transaction)
        }
        let count = try MigrationPlan.applied(await Self.records(in: transaction), of: steps)
        guard count < migrations.count else { return nil }
        let migration = migrations[count]
        for (number, statement) in migration.statements(for: transaction.dialect).enumerated() {
            do {
                try await transaction.execute(statement, options: options)
            } catch let error as DatabaseError {
                throw DatabaseError(
                    .migrationFailed,
                    "statement \(number + 1) of the migration \(migration.id): \(error.message)",
                    diagnostics: error.diagnostics,
                    underlying: error
                )
            }
        }
        try await Self.record(steps[count], at: count + 1, in: transaction)
        return migration.id
    }

    private func recordAdopted(_ steps: [MigrationPlan.Record], in transaction: Transaction) async throws {
        let adopted = try await adopt?(transaction) ?? []
        let records = adopted.map { id in steps.first { $0.id == id } ?? MigrationPlan.Record(id: id, checksum: "") }
        _ = try MigrationPlan.applied(records, of: steps)
        for (position, record) in records.enumerated() {
            try await Self.record(record, at: position + 1, in: transaction)
        }
    }

    private static func hasRecords(_ executor: some StatementExecutor) async throws -> Bool {
        let rows =
            switch executor.dialect {
            case .postgres: try await executor.query("SELECT to_regclass('r3mes_migrations') IS NOT NULL")
            case .sqlite:
                try await executor.query("SELECT count(*) > 0 FROM sqlite_master WHERE name = 'r3mes_migrations'")
            }
        return try rows.only().decode(Bool.self, at: 0)
    }

    private static func createRecords(_ transaction: Transaction) async throws {
        try await transaction.execute(
            """
            CREATE TABLE r3mes_migrations (
                position bigint NOT NULL PRIMARY KEY,
                id text NOT NULL UNIQUE,
                checksum text NOT NULL,
                applied_at text NOT NULL
            )
            """
        )
    }

    private static func records(in executor: some StatementExecutor) async throws -> [MigrationPlan.Record] {
        try await executor.query("SELECT id, checksum FROM r3mes_migrations ORDER BY position").map { row in
            MigrationPlan.Record(id: try row.decode(at: 0), checksum: try row.decode(at: 1))
        }
    }

    private static func record(
        _ record: MigrationPlan.Record,
        at position: Int,
        in transaction: Transaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO r3mes_migrations (position, id, checksum, applied_at)
            VALUES (\(position), \(record.id), \(record.checksum), CAST(CURRENT_TIMESTAMP AS text))
            """
        )
    }
}
