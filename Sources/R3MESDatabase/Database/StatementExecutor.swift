// SPDX-License-Identifier: Apache-2.0

/// Whatever runs statements: a ``Database``, where each is atomic by itself, or a ``Transaction``, where all are together.
///
/// Code that works in both takes `some StatementExecutor`.
///
/// Each call waits at most for ``StatementOptions/timeout`` and the task's `Deadline.current`. A caller that is cancelled, or whose
/// time is up, leaves at once; the server is told to stop, and what the statement held is given back.
public protocol StatementExecutor: Sendable {
    /// Which SQL the engine understands.
    var dialect: SQLDialect { get }

    /// Runs a statement and gives the rows that it returns.
    ///
    /// - Throws: ``DatabaseError``; `CancellationError`.
    func query(_ sql: SQL, options: StatementOptions) async throws -> Rows

    /// Runs a statement and gives the number of rows that it inserted, updated or deleted.
    ///
    /// - Throws: ``DatabaseError``; `CancellationError`.
    @discardableResult
    func execute(_ sql: SQL, options: StatementOptions) async throws -> Int

    /// Runs a statement whose rows are fetched while they are looked at, so that memory does not grow with their number and
    /// a slow reader stops the reading.
    ///
    /// - Parameters:
    ///   - sql: A statement that returns rows.
    ///   - options: The time counts for each fetch, not for the whole.
    ///   - body: Looks at the rows, once; they end with it.
    /// - Throws: What the body throws; ``DatabaseError``; `CancellationError`.
    func withRows<Result>(
        of sql: SQL,
        options: StatementOptions,
        _ body: (RowStream) async throws -> Result
    ) async throws -> Result

    /// Inserts rows, all or none, in the way that is fastest for their number.
    ///
    /// - Returns: How many rows were inserted or, by the conflict's rule, updated.
    /// - Throws: ``DatabaseError``; `CancellationError`.
    @discardableResult
    func insert(_ rows: [[SQLValue]], into target: InsertTarget, options: StatementOptions) async throws -> Int
}

extension StatementExecutor {
    /// Runs a statement and gives the rows that it returns.
    public func query(_ sql: SQL) async throws -> Rows {
        try await query(sql, options: StatementOptions())
    }

    /// Runs a statement and gives the number of rows that it inserted, updated or deleted.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int {
        try await execute(sql, options: StatementOptions())
    }

    /// Runs a statement whose rows are fetched while they are looked at.
    public func withRows<Result>(
        of sql: SQL,
        _ body: (RowStream) async throws -> Result
    ) async throws -> Result {
        try await withRows(of: sql, options: StatementOptions(), body)
    }

    /// Inserts rows, all or none, in the way that is fastest for their number.
    @discardableResult
    public func insert(_ rows: [[SQLValue]], into target: InsertTarget) async throws -> Int {
        try await insert(rows, into: target, options: StatementOptions())
    }
}
