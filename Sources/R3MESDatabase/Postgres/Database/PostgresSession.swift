// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import Synchronization

/// A lease's connection as a transaction uses it.
final class PostgresSession: Transaction.Connection {
    let database: PostgresDatabase
    let connection: PostgresConnection
    /// The first failure for which the whole transaction deserves another try, even if the body says something else.
    private let conflict = Mutex<DatabaseError?>(nil)
    private let numbers = Atomic(0)

    init(_ connection: PostgresConnection, of database: PostgresDatabase) {
        self.connection = connection
        self.database = database
    }

    var dialect: SQLDialect { .postgres }

    var transientFailure: DatabaseError? { conflict.withLock { $0 } }

    func query(_ sql: SQL, options: StatementOptions) async throws -> Rows {
        Rows(try await run(sql, options, countsRows: true))
    }

    @discardableResult
    func execute(_ sql: SQL, options: StatementOptions) async throws -> Int {
        try await run(sql, options, countsRows: false).affectedRows
    }

    /// For the names of what lives as long as the transaction.
    func nextNumber() -> Int { numbers.wrappingAdd(1, ordering: .relaxed).newValue }

    private func run(_ sql: SQL, _ options: StatementOptions, countsRows: Bool) async throws -> PostgresResult {
        let statement = try database.catalog.statement(for: sql)
        // Savepoints come here too, and are the transaction's own.
        if !statement.isSavepoint { try statement.requireInsideOfTransaction() }
        if statement.kind == .sessionState { connection.status.setSoiled(true) }
        let start = ContinuousClock.now
        do {
            let deadline = database.deadline(options, from: start)
            let result = try await send(statement, sql, deadline: deadline)
            let rows = countsRows ? result.rowCount : result.affectedRows
            database.ended(statement, options, from: start, rows: rows, isInTransaction: true)
            return result
        } catch {
            database.ended(statement, options, from: start, rows: 0, error: error, isInTransaction: true)
            throw error
        }
    }

    /// Runs a statement, whatever it is.
    func send(_ statement: Statement, _ sql: SQL, deadline: ContinuousClock.Instant?) async throws -> PostgresResult {
        do {
            return try await connection.answer(
                to: StatementRequest(statement, sql, deadline: deadline, isRepeatable: false)
            )
        } catch {
            note(error)
            throw error
        }
    }

    func send(_ sql: SQL, deadline: ContinuousClock.Instant?) async throws -> PostgresResult {
        try await send(try database.catalog.statement(for: sql), sql, deadline: deadline)
    }

    func note(_ error: any Error) {
        if let error = error as? DatabaseError, error.isTransient {
            conflict.withLock { $0 = $0 ?? error }
        }
    }

    func withRows<Result>(
        of sql: SQL,
        options: StatementOptions,
        _ body: (RowStream) async throws -> Result
    ) async throws -> Result {
        let statement = try database.catalog.statement(for: sql)
        try statement.requireInsideOfTransaction()
        let cursor = PostgresCursor(number: nextNumber(), session: self, options: options)
        let stream = try await cursor.open(sql, statement)
        do {
            let result = try await body(stream)
            try await cursor.close()
            return result
        } catch {
            // The transaction goes on, if its owner caught this.
            try? await cursor.close()
            throw error
        }
    }

    func insert(_ rows: [[SQLValue]], into target: InsertTarget, options: StatementOptions) async throws -> Int {
        let start = ContinuousClock.now
        let plan = try InsertPlan(rows, target)
        return try await plan.run(in: self, until: database.deadline(options, from: start), options: options)
    }
}

extension Statement {
    fileprivate var isSavepoint: Bool {
        text.hasPrefix("SAVEPOINT r3mes_") || text.hasPrefix("RELEASE SAVEPOINT r3mes_")
            || text.hasPrefix("ROLLBACK TO SAVEPOINT r3mes_")
    }
}
