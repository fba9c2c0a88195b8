// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

extension QueryCache {
    /// Which SQL the engine understands.
    public var dialect: SQLDialect { database.dialect }

    /// Runs a statement and gives the rows that it returns, which are not remembered.
    public func query(_ sql: SQL, options: StatementOptions) async throws -> Rows {
        try await passing(TableChange(text: sql.text(for: dialect))) {
            try await database.query(sql, options: options)
        }
    }

    /// Runs a statement and drops what it outdates.
    @discardableResult
    public func execute(_ sql: SQL, options: StatementOptions) async throws -> Int {
        try await passing(TableChange(text: sql.text(for: dialect))) {
            try await database.execute(sql, options: options)
        }
    }

    /// Runs a statement whose rows are fetched while they are looked at, and are not remembered.
    public func withRows<Result>(
        of sql: SQL,
        options: StatementOptions,
        _ body: (RowStream) async throws -> Result
    ) async throws -> Result {
        try await passing(TableChange(text: sql.text(for: dialect))) {
            try await database.withRows(of: sql, options: options, body)
        }
    }

    /// Inserts rows and drops what has read their table.
    @discardableResult
    public func insert(_ rows: [[SQLValue]], into target: InsertTarget, options: StatementOptions) async throws -> Int {
        try await passing(.table(target.table.last ?? "")) {
            try await database.insert(rows, into: target, options: options)
        }
    }

    /// Runs the body in a transaction; when that is committed, drops what its statements outdate.
    public func withTransaction<Result>(
        _ options: TransactionOptions,
        file: String,
        line: Int,
        _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        guard !options.isReadOnly else {
            return try await database.withTransaction(options, file: file, line: line, body)
        }
        let changes = ChangeRecorder.Changes()
        var isCommitting = false
        do {
            let result = try await database.withTransaction(options, file: file, line: line) { transaction in
                isCommitting = false
                let recording = Transaction(on: ChangeRecorder(transaction, changes))
                defer { recording.end() }
                let result = try await body(recording)
                isCommitting = true
                return result
            }
            drop(changes.tables)
            return result
        } catch {
            // Thrown by the body it was rolled back; thrown by the commit it may have taken effect, or may yet.
            if isCommitting {
                if Self.mayTakeEffect(after: error) { doubt(changes.tables) }
                drop(changes.tables)
            }
            throw error
        }
    }

    /// Runs the database until it is shut down.
    public func run() async throws {
        try await database.run()
    }

    /// Ends the database in order, and forgets all results.
    public func shutdown() async {
        await database.shutdown()
        invalidateAll()
    }

    private func passing<Result>(_ change: TableChange, _ statement: () async throws -> Result) async throws -> Result {
        switch change {
        case .nothing: try await statement()
        case .table(let table): try await noting([TableScope(table)], statement)
        case .unknown: try await noting(nil, statement)
        }
    }
}
