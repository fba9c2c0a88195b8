// SPDX-License-Identifier: Apache-2.0

/// A connection for the time of a transaction.
///
/// As on PostgreSQL, a statement that fails takes the transaction with it: until a savepoint is rolled back to, the others
/// are refused and the whole cannot be committed.
///
/// `@unchecked Sendable`: what is mutable is used on the connection's queue only.
final class SQLiteLease: @unchecked Sendable {
    /// Who gave the connection and takes it back.
    protocol Owner: AnyObject, Sendable {
        /// Whether SQLite may break a write off, which loses all that is not committed.
        var mayInterrupt: Bool { get }
        /// SQLite has rolled everything back, because of an error of the lease.
        func transactionLost(_ error: any Error)
        /// The lease has ended, on the connection's queue. Commits it, or takes back what it did.
        func take(back lease: SQLiteLease, commits: Bool)
    }

    let connection: SQLiteConnection
    let deadline: Duration?
    /// The end: success once the transaction is committed, or rolled back as it should be.
    let ended = Answer<Result<Void, any Error>>()
    /// Tells leases apart.
    let serial: UInt64
    private let owner: any Owner

    private(set) var isActive = false
    /// Why the transaction cannot go on.
    private var failure: (any Error)?

    init(of connection: SQLiteConnection, owner: any Owner, serial: UInt64 = 0, deadline: Duration?) {
        self.serial = serial
        self.connection = connection
        self.owner = owner
        self.deadline = deadline
    }

    /// The connection is this lease's.
    func begin() {
        isActive = true
    }

    /// Runs a step of the transaction on the queue.
    func step<Result>(
        under gate: StatementGate,
        _ savepointStep: StatementKind.SavepointStep? = nil,
        _ work: () throws -> Result
    ) throws -> Result {
        guard isActive else {
            throw failure ?? DatabaseError(.statementNotAllowed, "the transaction has ended")
        }
        let isRescue = savepointStep == .rollback
        if failure != nil, !isRescue || !connection.isInTransaction {
            throw DatabaseError(
                .transactionAborted,
                "an earlier statement of the transaction failed",
                underlying: failure
            )
        }
        do {
            let result = try connection.run(under: gate, mayInterrupt: owner.mayInterrupt, work)
            if isRescue {
                failure = nil
            }
            return result
        } catch {
            failure = failure ?? error
            if !connection.isInTransaction {
                owner.transactionLost(error)
            }
            throw error
        }
    }

    /// Ends the transaction on the queue; whoever does it first decides.
    ///
    /// - Parameter error: Why it is to be rolled back; nil if it is to be committed.
    func finish(_ error: (any Error)?) {
        guard isActive else { return }
        isActive = false
        let aborted = failure.map { failure in
            DatabaseError(
                .transactionAborted,
                "a statement of the transaction failed, so that it cannot be committed",
                underlying: failure
            )
        }
        failure = error ?? failure
        let commits = error == nil && aborted == nil
        owner.take(back: self, commits: commits)
        if let reason = error ?? aborted {
            ended.give(.failure(reason))
        }
    }

    /// Ends the lease of a caller who takes too long.
    func expire(at now: Duration) {
        guard let deadline, now >= deadline else { return }
        connection.async { [self] in
            finish(StatementGate.Reason.timedOut.error)
        }
    }
}
