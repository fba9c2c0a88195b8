// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Statements that take effect together or not at all, on a connection of their own.
///
/// It ends with the body that it was given to; whoever keeps it longer gets ``DatabaseError/Code/statementNotAllowed``. One statement
/// runs at a time: those of concurrent tasks wait for each other.
public final class Transaction: StatementExecutor {
    /// What an engine does for a transaction.
    ///
    /// Calls may come from concurrent tasks.
    protocol Connection: StatementExecutor {}

    private let connection: any Connection
    private let hasEnded = Atomic(false)
    private let savepoints = Atomic(0)

    init(on connection: any Connection) {
        self.connection = connection
    }

    /// The body has returned or thrown.
    func end() {
        hasEnded.store(true, ordering: .relaxed)
    }

    /// Which SQL the engine understands.
    public var dialect: SQLDialect { connection.dialect }

    /// Runs a statement and gives the rows that it returns.
    public func query(_ sql: SQL, options: StatementOptions) async throws -> Rows {
        try requireLife()
        return try await connection.query(sql, options: options)
    }

    /// Runs a statement and gives the number of rows that it inserted, updated or deleted.
    @discardableResult
    public func execute(_ sql: SQL, options: StatementOptions) async throws -> Int {
        try requireLife()
        return try await connection.execute(sql, options: options)
    }

    /// Runs a statement whose rows are fetched while they are looked at.
    public func withRows<Result>(
        of sql: SQL,
        options: StatementOptions,
        _ body: (RowStream) async throws -> Result
    ) async throws -> Result {
        try requireLife()
        return try await connection.withRows(of: sql, options: options, body)
    }

    /// Inserts rows, all or none, in the way that is fastest for their number.
    @discardableResult
    public func insert(_ rows: [[SQLValue]], into target: InsertTarget, options: StatementOptions) async throws -> Int {
        try requireLife()
        return try await connection.insert(rows, into: target, options: options)
    }

    /// Runs a part of the transaction that is undone by itself when the body throws, after which the rest goes on.
    ///
    /// - Throws: What the body throws; ``DatabaseError``; `CancellationError`.
    @discardableResult
    public func withSavepoint<Result>(_ body: () async throws -> Result) async throws -> Result {
        let number = savepoints.wrappingAdd(1, ordering: .relaxed).newValue
        let name = SQL(unsafeRaw: "r3mes_\(number)")
        try requireLife()
        try await connection.execute("SAVEPOINT \(name)", options: StatementOptions())
        do {
            let result = try await body()
            try await end("RELEASE SAVEPOINT \(name)")
            return result
        } catch {
            do {
                try await end("ROLLBACK TO SAVEPOINT \(name)")
            } catch let failure as DatabaseError where failure.code == .transactionAborted {
                // Undone as a whole already, as SQLite does when a write is broken off, and takes nothing more.
            }
            throw error
        }
    }

    /// Ends a savepoint, in a task of its own, so that it happens when this one is cancelled too: who goes on must find the transaction
    /// as it was, and of a release that was given up nobody could tell whether the savepoint is still there.
    private func end(_ sql: SQL) async throws {
        let connection = connection
        _ = try await Task { try await connection.execute(sql, options: StatementOptions()) }.value
    }

    private func requireLife() throws(DatabaseError) {
        guard !hasEnded.load(ordering: .relaxed) else {
            throw DatabaseError(.statementNotAllowed, "the transaction has ended")
        }
    }
}
