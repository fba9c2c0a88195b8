// SPDX-License-Identifier: Apache-2.0

/// What a ``Transaction`` on SQLite runs its statements on.
///
/// A call that comes on the connection's own thread, as those of the body usually do, runs there and then; others take their
/// turn on the connection's queue.
struct SQLiteTransactionConnection: Transaction.Connection {
    private let lease: SQLiteLease
    private let database: SQLiteDatabase

    init(_ lease: SQLiteLease, in database: SQLiteDatabase) {
        self.lease = lease
        self.database = database
    }

    var dialect: SQLDialect { .sqlite }

    func query(_ sql: SQL, options: StatementOptions) async throws -> Rows {
        let statement = try database.catalog.statement(for: sql)
        return try await database.observed(statement, options, isInTransaction: true, count: \.count) {
            try await perform(statement, options) { connection, _ in try connection.query(statement, sql) }
        }
    }

    func execute(_ sql: SQL, options: StatementOptions) async throws -> Int {
        let statement = try database.catalog.statement(for: sql)
        return try await database.observed(statement, options, isInTransaction: true, count: \.self) {
            try await perform(statement, options) { connection, _ in try connection.execute(statement, sql) }
        }
    }

    func insert(_ rows: [[SQLValue]], into target: InsertTarget, options: StatementOptions) async throws -> Int {
        let statement = try database.catalog.statement(for: target.sqliteStatement)
        return try await database.observed(statement, options, isInTransaction: true, count: \.self) {
            try await perform(statement, options) { connection, gate in
                try connection.execute(statement, rows: rows, gate: gate)
            }
        }
    }

    func withRows<Result>(
        of sql: SQL,
        options: StatementOptions,
        _ body: (RowStream) async throws -> Result
    ) async throws -> Result {
        let statement = try database.catalog.statement(for: sql)
        let cursor = SQLiteCursor()
        try await perform(statement, options) { connection, _ in
            try cursor.open(statement, sql, on: connection)
        }
        defer {
            if lease.connection.isOnQueue {
                cursor.close()
            } else {
                lease.connection.async { cursor.close() }
            }
        }
        return try await body(
            RowStream {
                try await perform(statement, options) { _, _ in try cursor.next() }
            }
        )
    }

    private func perform<Result: Sendable>(
        _ statement: Statement,
        _ options: StatementOptions,
        _ work: @escaping @Sendable (SQLiteConnection, StatementGate) throws -> Result
    ) async throws -> Result {
        let step = try Self.savepointStep(of: statement)
        // Savepoints are released and rolled back to by tasks that are cancelled as well: others go on after them.
        let heedsCancellation = step == nil
        if heedsCancellation {
            try Task.checkCancellation()
        }
        let own = database.deadline(options.timeout ?? database.configuration.statementTimeout)
        let deadline = [own, lease.deadline].compactMap { $0 }.min()
        let gate = StatementGate(deadline: deadline)
        let lease = lease
        return try await withTaskCancellationHandler {
            if lease.connection.isOnQueue {
                return try lease.step(under: gate, step) { try work(lease.connection, gate) }
            }
            let answer = Answer<Swift.Result<Result, any Error>>()
            lease.connection.async {
                answer.give(
                    Swift.Result {
                        try lease.step(under: gate, step) { try work(lease.connection, gate) }
                    }
                )
            }
            return try await answer.wait().get()
        } onCancel: {
            if heedsCancellation {
                gate.close(.cancelled)
            }
        }
    }

    /// Refuses what would end the transaction, or concerns more than it.
    private static func savepointStep(of statement: Statement) throws(DatabaseError) -> StatementKind.SavepointStep? {
        guard !statement.isSolitary else {
            throw DatabaseError(.statementNotAllowed, "the statement concerns more than a transaction")
        }
        switch statement.kind {
        case .read, .write:
            return nil
        case .transactionControl:
            if let step = StatementKind.savepointStep(text: statement.text),
                !statement.text.lowercased().contains(ControlStatement.savepoint)
            {
                return step
            }
            throw DatabaseError(.statementNotAllowed, "the transaction ends with its body, not by a statement")
        case .transactionBound, .sessionState, .copy:
            throw DatabaseError(.statementNotAllowed, "SQLite has no such statement")
        }
    }
}

extension SQLiteLease {
    /// The body has ended.
    func end(_ error: (any Error)?) {
        if connection.isOnQueue {
            finish(error)
        } else {
            connection.async { [self] in finish(error) }
        }
    }
}
