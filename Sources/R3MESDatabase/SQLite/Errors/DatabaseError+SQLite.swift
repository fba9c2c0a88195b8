// SPDX-License-Identifier: Apache-2.0

import GRDBSQLite

extension DatabaseError {
    /// The error of an SQLite connection, with the code that PostgreSQL has for the same mistake.
    init(sqlite code: CInt, message: String, file: String = #fileID, line: Int = #line) {
        let verdict = SQLiteVerdict(code, message)
        var diagnostics = Diagnostics(sqlState: verdict.sqlState, message: message)
        diagnostics.detail = "SQLite result code \(code)"
        diagnostics.take(subjectOf: message, code: verdict.code)
        self.init(verdict.code, verdict.code.serverMessage, diagnostics: diagnostics, file: file, line: line)
    }

    /// What the last call on a connection failed of.
    init(sqlite connection: OpaquePointer, file: String = #fileID, line: Int = #line) {
        let message = String(cString: sqlite3_errmsg(connection))
        self.init(sqlite: sqlite3_extended_errcode(connection), message: message, file: file, line: line)
    }
}

/// What a result code of SQLite means in the terms of the SQL standard.
private struct SQLiteVerdict {
    let code: DatabaseError.Code
    let sqlState: String

    private init(_ code: DatabaseError.Code, _ sqlState: String) {
        self.code = code
        self.sqlState = sqlState
    }

    /// Takes a result code, <https://sqlite.org/rescode.html>.
    ///
    /// Where one code stands for many mistakes, only the text tells them
    /// apart; it is never translated.
    init(_ result: CInt, _ message: String) {
        self =
            switch result {
            case 2067, 1555, 2579: Self(.uniqueViolation, "23505")
            case 787: Self(.foreignKeyViolation, "23503")
            case 1299: Self(.notNullViolation, "23502")
            case 275: Self(.checkViolation, "23514")
            case 1811: Self(.serverError, "P0001")
            case 3091: Self(.invalidValue, "22P02")
            case 517: Self(.serializationFailure, "40001")
            default: Self(primary: result & 0xFF, message)
            }
    }

    private init(primary result: CInt, _ message: String) {
        self =
            switch result {
            case SQLITE_CONSTRAINT: Self(.checkViolation, "23000")
            case SQLITE_BUSY, SQLITE_LOCKED: Self(.lockNotAvailable, "55P03")
            case SQLITE_READONLY: Self(.readOnly, "25006")
            case SQLITE_INTERRUPT: Self(.cancelled, "57014")
            case SQLITE_FULL: Self(.resourceExhausted, "53100")
            case SQLITE_NOMEM: Self(.resourceExhausted, "53200")
            case SQLITE_IOERR: Self(.serverError, "58030")
            case SQLITE_CORRUPT: Self(.serverError, "XX001")
            case SQLITE_NOTADB: Self(.connectionFailed, "08P01")
            case SQLITE_CANTOPEN: Self(.connectionFailed, "08001")
            case SQLITE_PERM, SQLITE_AUTH: Self(.permissionDenied, "42501")
            case SQLITE_TOOBIG: Self(.invalidValue, "54000")
            case SQLITE_MISMATCH: Self(.invalidValue, "22P02")
            case SQLITE_RANGE: Self(.invalidParameter, "08P01")
            case SQLITE_ERROR: Self(message: message)
            default: Self(.serverError, "XX000")
            }
    }

    private init(message: String) {
        self =
            if message.hasPrefix("no such table") {
                Self(.undefinedObject, "42P01")
            } else if message.hasPrefix("no such column") || message.contains("has no column named") {
                Self(.undefinedObject, "42703")
            } else if message.hasPrefix("no such function") {
                Self(.undefinedObject, "42883")
            } else if message.hasPrefix("no such") {
                Self(.undefinedObject, "42704")
            } else if message.hasSuffix("syntax error") || message.hasPrefix("incomplete input")
                || message.hasPrefix("unrecognized token")
            {
                Self(.invalidStatement, "42601")
            } else if message.hasPrefix("too many SQL variables") {
                Self(.invalidParameter, "54023")
            } else if message.hasPrefix("integer overflow") {
                Self(.invalidValue, "22003")
            } else if message.hasPrefix("malformed JSON") {
                Self(.invalidValue, "22P02")
            } else {
                Self(.invalidStatement, "42000")
            }
    }
}

extension DatabaseError.Diagnostics {
    /// Table, column and constraint, where SQLite's message names them: `UNIQUE constraint failed: users.wallet`.
    fileprivate mutating func take(subjectOf message: String, code: DatabaseError.Code) {
        guard let range = message.firstRange(of: " constraint failed: ") else {
            return
        }
        let subject = message[range.upperBound...]
        guard code == .uniqueViolation || code == .notNullViolation else {
            constraint = String(subject)
            return
        }
        let names = subject.prefix { $0 != "," }.split(separator: ".", maxSplits: 1)
        table = names.first.map { String($0) }
        column = names.count == 2 ? String(names[1]) : nil
        constraint = String(subject)
    }
}
