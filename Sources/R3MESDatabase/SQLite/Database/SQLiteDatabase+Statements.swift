// SPDX-License-Identifier: Apache-2.0

extension SQLiteDatabase {
    /// Runs a statement and gives the rows that it returns.
    ///
    /// What only reads runs on a reader, everything else on the writer.
    ///
    /// - Throws: ``DatabaseError``; `CancellationError`.
    public func query(_ sql: SQL, options: StatementOptions) async throws -> Rows {
        let statement = try statement(for: sql)
        return try await observed(statement, options, count: \.count) {
            let outcome = try await run(.query(statement, sql), options, onReader: statement.isRead)
            guard case .rows(let rows) = outcome else {
                throw DatabaseError(.serverError, "the statement gave no result")
            }
            return rows
        }
    }

    /// Runs a statement and gives the number of rows that it inserted, updated or deleted.
    ///
    /// - Throws: ``DatabaseError``; `CancellationError`.
    @discardableResult
    public func execute(_ sql: SQL, options: StatementOptions) async throws -> Int {
        let statement = try statement(for: sql)
        return try await observed(statement, options, count: \.self) {
            try await run(.execute(statement, sql), options, onReader: statement.isRead).count
        }
    }

    /// Inserts rows, all or none.
    ///
    /// - Returns: How many rows were inserted or, by the conflict's rule, updated.
    /// - Throws: ``DatabaseError``; `CancellationError`.
    @discardableResult
    public func insert(_ rows: [[SQLValue]], into target: InsertTarget, options: StatementOptions) async throws -> Int {
        let statement = try catalog.statement(for: target.sqliteStatement)
        guard !rows.isEmpty else { return 0 }
        return try await observed(statement, options, count: \.self) {
            try await run(.insert(statement, rows), options, onReader: false).count
        }
    }

    /// Runs a statement whose rows are fetched while they are looked at.
    ///
    /// It has a connection to itself: one of the readers or, if it writes, the writer.
    ///
    /// - Throws: What the body throws; ``DatabaseError``; `CancellationError`.
    public func withRows<Result>(
        of sql: SQL,
        options: StatementOptions,
        _ body: (RowStream) async throws -> Result
    ) async throws -> Result {
        let statement = try statement(for: sql)
        if statement.isRead {
            do {
                return try await withLease(.readOnly) { lease in
                    try await lease.withRows(of: sql, options: options, body)
                }
            } catch let error as DatabaseError where error.code == .readOnly && !statement.isRead {
                // It was found to write before anything of it was run.
            }
        }
        return try await withLease(TransactionOptions()) { lease in
            try await lease.withRows(of: sql, options: options, body)
        }
    }

    /// Puts a statement's text together, and refuses what does not belong outside of a transaction.
    func statement(for sql: SQL) throws(DatabaseError) -> Statement {
        let statement = try catalog.statement(for: sql)
        switch statement.kind {
        case .read, .write: return statement
        default: throw DatabaseError(.statementNotAllowed, "a statement that belongs in a transaction, or nowhere")
        }
    }

    private func run(
        _ work: SQLiteJob.Work,
        _ options: StatementOptions,
        onReader: Bool
    ) async throws -> SQLiteJob.Outcome {
        try Task.checkCancellation()
        let gate = gate(options)
        if onReader {
            let job = SQLiteJob(work, gate: gate)
            try readers.submit(job)
            let outcome = try await job.outcome()
            guard case .notHere = outcome else { return outcome }
        }
        try refuseNesting()
        let job = SQLiteJob(work, gate: gate)
        try writer.submit(job)
        return try await job.outcome()
    }

    /// A write of a task that has the writer would wait for itself.
    func refuseNesting() throws(DatabaseError) {
        guard let current = LeaseAncestry.current?.lease(of: ObjectIdentifier(writer)),
            writer.isLeased(serial: current.serial)
        else { return }
        throw DatabaseError(
            .nestedAcquire,
            "the caller's own transaction has the writer, and waiting for it could never end: use the transaction"
        )
    }

    /// Tells the observer, if there is one.
    func observed<Result>(
        _ statement: Statement,
        _ options: StatementOptions,
        isInTransaction: Bool = false,
        count: (Result) -> Int,
        _ body: () async throws -> Result
    ) async throws -> Result {
        guard let observer = configuration.observer else {
            return try await body()
        }
        let start = clock.now
        func tell(_ rows: Int, _ error: (any Error)?) {
            observer.statementEnded(
                StatementEvent(
                    text: statement.text,
                    name: options.name,
                    duration: clock.now - start,
                    rows: rows,
                    error: (error as? DatabaseError)?.code,
                    isInTransaction: isInTransaction
                )
            )
        }
        do {
            let result = try await body()
            tell(count(result), nil)
            return result
        } catch {
            tell(0, error)
            throw error
        }
    }
}

extension SQLiteJob.Outcome {
    /// How many rows were changed.
    var count: Int {
        switch self {
        case .count(let count): count
        case .rows(let rows): rows.count
        case .leased, .notHere: 0
        }
    }
}

extension InsertTarget {
    /// An insertion of one row.
    var sqliteStatement: SQL {
        let names = columns.map { SQL.quoted($0) }
        var sql: SQL = "INSERT INTO \(unsafeRaw: table.map { SQL.quoted($0) }.joined(separator: "."))"
        sql += " (\(unsafeRaw: names.joined(separator: ", "))) VALUES (\(list: columns.map { _ in SQLValue.null }))"
        switch conflict {
        case .fail:
            return sql
        case .ignore(let key):
            return sql + " ON CONFLICT\(Self.key(key)) DO NOTHING"
        case .update(let columns, let key):
            let changes = columns.map { SQL.quoted($0) }.map { "\($0) = excluded.\($0)" }
            return sql + " ON CONFLICT\(Self.key(key)) DO UPDATE SET \(unsafeRaw: changes.joined(separator: ", "))"
        }
    }

    private static func key(_ columns: [String]) -> SQL {
        SQL(unsafeRaw: columns.isEmpty ? "" : " (\(columns.map { SQL.quoted($0) }.joined(separator: ", ")))")
    }
}
