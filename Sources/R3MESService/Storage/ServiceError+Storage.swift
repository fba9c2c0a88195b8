// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase

extension ServiceError {
    /// What an error of the database means to the caller.
    ///
    /// The statement and its arguments stay out of the public half.
    init(storage error: any Error, location: String, file: String = #fileID, line: Int = #line) {
        if let error = error as? ServiceError {
            self = error
            return
        }
        guard let failure = error as? DatabaseError else {
            self.init(.databaseFailure, underlying: error, file: file, line: line)
            return
        }
        // What the server said about the whole transaction is less than what it said about the statement that failed.
        let cause = failure.code == .transactionAborted ? failure.underlying as? DatabaseError ?? failure : failure
        let (code, detail) = Self.meaning(of: cause)
        var context = ["database": location, "reason": cause.description]
        if let diagnostics = cause.diagnostics {
            context["server"] = "\(diagnostics.sqlState): \(diagnostics.message)"
        }
        self.init(code, detail, context: context, underlying: nil, file: file, line: line)
    }

    private static func meaning(of failure: DatabaseError) -> (Code, String?) {
        switch failure.code {
        case .lockNotAvailable:
            (.databaseBusy, "The database is locked by another program.")
        case .timedOut, .queueFull, .poolExhausted, .acquireTimedOut, .tooManyConnections, .serializationFailure,
            .deadlockDetected:
            (.databaseBusy, nil)
        case .readOnly, .permissionDenied:
            (.databaseUnavailable, "The database cannot be opened for writing.")
        case .resourceExhausted:
            (.databaseUnavailable, failure.sqlState == "53100" ? "The disk of the database is full." : nil)
        case .closed, .poolClosed, .connectionLost:
            (.databaseUnavailable, nil)
        case .connectionFailed where failure.sqlState == "08P01":
            (.databaseCorrupt, "The file is not an SQLite database.")
        case .connectionFailed:
            (.databaseUnavailable, "The database cannot be opened or reached.")
        case .schemaTooNew:
            (.schemaTooNew, "The database was written by a newer version of r3mes. Use that version.")
        case .migrationChanged:
            (.schemaTooNew, "Another version of r3mes has written the database: \(failure.message).")
        case .typeMismatch, .columnNotFound:
            (.databaseCorrupt, nil)
        case .serverError where failure.sqlState == "58030":
            (.databaseUnavailable, "The disk of the database failed.")
        case .serverError where failure.sqlState?.hasPrefix("XX00") == true && failure.sqlState != "XX000":
            (.databaseCorrupt, "The database is damaged.")
        default:
            (.databaseFailure, nil)
        }
    }
}
