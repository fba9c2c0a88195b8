// SPDX-License-Identifier: Apache-2.0

import GRDB

extension ServiceError {
    /// What an error of SQLite means to the caller.
    ///
    /// The statement and its arguments stay out of the public half.
    init(storage error: any Error, path: String, file: String = #fileID, line: Int = #line) {
        if let error = error as? ServiceError {
            self = error
            return
        }
        guard let failure = error as? DatabaseError else {
            self.init(.databaseFailure, underlying: error, file: file, line: line)
            return
        }
        let (code, detail): (Code, String?) =
            switch failure.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                (.databaseBusy, "The database file is locked by another program.")
            case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
                (.databaseUnavailable, "The database file cannot be opened for writing.")
            case .SQLITE_FULL:
                (.databaseUnavailable, "The disk of the database is full.")
            case .SQLITE_IOERR:
                (.databaseUnavailable, "The disk of the database failed.")
            case .SQLITE_NOTADB:
                (.databaseCorrupt, "The file is not an SQLite database.")
            case .SQLITE_CORRUPT:
                (.databaseCorrupt, "The database file is damaged.")
            default:
                (.databaseFailure, nil)
            }
        self.init(
            code,
            detail,
            context: ["database": path, "sqlite": "\(failure.extendedResultCode): \(failure.message ?? "")"],
            underlying: nil,
            file: file,
            line: line
        )
    }
}
