// SPDX-License-Identifier: Apache-2.0

public import ServiceLifecycle

/// A database: PostgreSQL or SQLite behind one face.
///
/// A statement sent to the database itself is atomic and independent of all others. What belongs together goes into a
/// transaction:
///
/// ```swift
/// try await database.withTransaction { transaction in
///     try await transaction.execute("UPDATE users SET credits = credits - \(amount) WHERE wallet = \(sender)")
///     try await transaction.execute("UPDATE users SET credits = credits + \(amount) WHERE wallet = \(recipient)")
/// }
/// ```
///
/// A database works from the moment it is made and connects when it is asked. ``shutdown()`` ends it; in a `ServiceGroup`, ``run()``
/// does, on graceful shutdown.
public protocol Database: StatementExecutor, Service {
    /// Runs the body in a transaction, which is committed when the body returns and rolled back when it throws.
    ///
    /// A transaction whose commit was asked for and not answered throws ``DatabaseError/Code/connectionLost``: it may have taken
    /// effect.
    ///
    /// - Parameters:
    ///   - options: Isolation, access, time, and whether the body may be run again.
    ///   - file: The place that a report of a leak names.
    ///   - line: The place that a report of a leak names.
    ///   - body: What belongs together. The transaction ends with it and must not be kept.
    /// - Throws: What the body throws; ``DatabaseError``; `CancellationError`.
    @discardableResult
    func withTransaction<Result>(
        _ options: TransactionOptions,
        file: String,
        line: Int,
        _ body: (Transaction) async throws -> Result
    ) async throws -> Result

    /// Ends the database in order: new statements are refused, those under way have a while to end, connections are closed.
    func shutdown() async
}

extension Database {
    /// Runs the body in a transaction, which is committed when the body returns and rolled back when it throws.
    @discardableResult
    public func withTransaction<Result>(
        _ options: TransactionOptions = TransactionOptions(),
        file: String = #fileID,
        line: Int = #line,
        _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        try await withTransaction(options, file: file, line: line, body)
    }
}
