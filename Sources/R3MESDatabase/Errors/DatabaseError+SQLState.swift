// SPDX-License-Identifier: Apache-2.0

extension DatabaseError {
    /// The error of a server that gave a diagnosis.
    init(_ diagnostics: Diagnostics, file: String = #fileID, line: Int = #line) {
        let code = Code(diagnostics)
        self.init(code, code.serverMessage, diagnostics: diagnostics, file: file, line: line)
    }
}

extension DatabaseError.Code {
    /// The code for an SQLSTATE (PostgreSQL documentation, appendix A).
    init(_ diagnostics: DatabaseError.Diagnostics) {
        let state = diagnostics.sqlState
        // The only statement-level use of 0A000 that another try can heal; its text is translated, its routine not.
        let isPlanInvalidated = state == "0A000" && diagnostics.routine == "RevalidateCachedQuery"
        self =
            isPlanInvalidated
            ? .planInvalidated : Self.exact[state] ?? Self.classes[String(state.prefix(2))] ?? .serverError
    }

    private static let exact: [String: Self] = [
        "23505": .uniqueViolation, "23503": .foreignKeyViolation, "23502": .notNullViolation,
        "23514": .checkViolation, "23P01": .exclusionViolation,
        "25006": .readOnly, "25P02": .transactionAborted,
        "40001": .serializationFailure, "40P01": .deadlockDetected,
        "42501": .permissionDenied,
        "42P01": .undefinedObject, "42703": .undefinedObject, "42883": .undefinedObject, "42704": .undefinedObject,
        "3F000": .undefinedObject, "3D000": .connectionFailed,
        "53300": .tooManyConnections, "55P03": .lockNotAvailable,
        "57014": .cancelled, "57P01": .connectionLost, "57P02": .connectionLost, "57P05": .connectionLost,
        "57P03": .connectionFailed,
    ]

    private static let classes: [String: Self] = [
        "08": .connectionLost, "22": .invalidValue, "23": .checkViolation, "28": .connectionFailed,
        "42": .invalidStatement, "53": .resourceExhausted,
    ]

    /// What to say of an error of the server without repeating its words, which may hold values.
    fileprivate var serverMessage: String {
        switch self {
        case .uniqueViolation: "a row with this key is there already"
        case .foreignKeyViolation: "a referenced row is missing, or the row is still referenced"
        case .notNullViolation: "a value is missing"
        case .checkViolation, .exclusionViolation: "a value breaks a rule of its table"
        case .serializationFailure, .deadlockDetected: "the transaction conflicted with a concurrent one"
        case .lockNotAvailable: "a lock was not free"
        case .readOnly: "a write where only reading is allowed"
        case .transactionAborted: "an earlier statement of the transaction failed"
        case .planInvalidated: "a table changed under a prepared statement"
        case .permissionDenied: "the user may not do that"
        case .undefinedObject: "a table, column, function or type does not exist"
        case .invalidStatement: "the server does not understand the statement"
        case .invalidValue: "a value is malformed, out of range or of the wrong type"
        case .cancelled: "the server ended the statement"
        case .connectionLost: "the server ended the connection"
        case .connectionFailed: "the server refused the connection"
        case .tooManyConnections: "the server has no connection left"
        case .resourceExhausted: "the server lacks memory or disk space"
        default: "the server reported an error"
        }
    }
}
