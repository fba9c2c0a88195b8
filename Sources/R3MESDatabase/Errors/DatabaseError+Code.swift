// SPDX-License-Identifier: Apache-2.0

extension DatabaseError {
    /// The kind of a ``DatabaseError``; more may be added in later versions.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case invalidConfiguration, closed
            case poolExhausted, acquireTimedOut, poolClosed, nestedAcquire
            case connectionFailed, connectionLost, queueFull, timedOut, cancelled, tooManyConnections
            case invalidStatement, invalidParameter, statementNotAllowed, undefinedObject, permissionDenied
            case uniqueViolation, foreignKeyViolation, notNullViolation, checkViolation, exclusionViolation
            case invalidValue, serializationFailure, deadlockDetected, lockNotAvailable, readOnly, transactionAborted
            case planInvalidated, columnNotFound, typeMismatch, rowNotFound, resourceExhausted, serverError
        }

        private let kind: Kind

        /// A configuration that cannot work; the message lists everything that is wrong.
        public static let invalidConfiguration = Self(kind: .invalidConfiguration)
        /// The database was shut down.
        public static let closed = Self(kind: .closed)

        /// The server cannot be reached, or refused the connection.
        public static let connectionFailed = Self(kind: .connectionFailed)
        /// The connection broke while the statement was under way: whether it took effect is unknown.
        public static let connectionLost = Self(kind: .connectionLost)
        /// Too many statements wait already.
        public static let queueFull = Self(kind: .queueFull)
        /// The time for the statement, or for getting a connection, was up.
        public static let timedOut = Self(kind: .timedOut)
        /// The server ended the statement because somebody asked it to.
        ///
        /// A cancelled task gets `CancellationError`.
        public static let cancelled = Self(kind: .cancelled)
        /// The server has no connection left.
        public static let tooManyConnections = Self(kind: .tooManyConnections)

        /// All connections are in use, and too many callers wait for one already.
        public static let poolExhausted = Self(kind: .poolExhausted)
        /// No connection became free in time.
        public static let acquireTimedOut = Self(kind: .acquireTimedOut)
        /// The connection pool was shut down.
        public static let poolClosed = Self(kind: .poolClosed)
        /// All connections are in use, and the caller holds one of them: waiting for another could never end.
        public static let nestedAcquire = Self(kind: .nestedAcquire)

        /// The SQL is not what the server understands.
        public static let invalidStatement = Self(kind: .invalidStatement)
        /// A parameter cannot be sent, or the statement has too many.
        public static let invalidParameter = Self(kind: .invalidParameter)
        /// A statement of a kind that does not belong where it was sent, such as `BEGIN` on a shared connection.
        public static let statementNotAllowed = Self(kind: .statementNotAllowed)
        /// A table, column, function or the like does not exist.
        public static let undefinedObject = Self(kind: .undefinedObject)
        /// The user may not do that.
        public static let permissionDenied = Self(kind: .permissionDenied)

        /// A unique or primary key is there already.
        public static let uniqueViolation = Self(kind: .uniqueViolation)
        /// A referenced row is missing, or a row to be removed is still referenced.
        public static let foreignKeyViolation = Self(kind: .foreignKeyViolation)
        /// A value is missing where one must be.
        public static let notNullViolation = Self(kind: .notNullViolation)
        /// A value breaks a check constraint.
        public static let checkViolation = Self(kind: .checkViolation)
        /// A row conflicts with another under an exclusion constraint.
        public static let exclusionViolation = Self(kind: .exclusionViolation)
        /// A value is out of range, malformed, or not of the column's type.
        public static let invalidValue = Self(kind: .invalidValue)

        /// Concurrent transactions could not be put in an order: repeat the whole transaction.
        public static let serializationFailure = Self(kind: .serializationFailure)
        /// Transactions waited for each other and this one was chosen to fail: repeat the whole transaction.
        public static let deadlockDetected = Self(kind: .deadlockDetected)
        /// A lock was not free, and waiting for it was ruled out.
        public static let lockNotAvailable = Self(kind: .lockNotAvailable)
        /// A write where only reading is allowed.
        public static let readOnly = Self(kind: .readOnly)
        /// An earlier statement failed, and the transaction with it.
        public static let transactionAborted = Self(kind: .transactionAborted)
        /// The tables behind a prepared statement changed in the middle of a transaction: repeat the transaction.
        public static let planInvalidated = Self(kind: .planInvalidated)

        /// The result has no such column.
        public static let columnNotFound = Self(kind: .columnNotFound)
        /// A value cannot be decoded as the type that was asked for.
        public static let typeMismatch = Self(kind: .typeMismatch)
        /// The result has not the one row that was expected.
        public static let rowNotFound = Self(kind: .rowNotFound)
        /// The server, or this process, lacks memory or disk space.
        public static let resourceExhausted = Self(kind: .resourceExhausted)
        /// Any other error of the server; `sqlState` tells which.
        public static let serverError = Self(kind: .serverError)

        /// The name of the code.
        public var description: String { kind.rawValue }
    }
}
