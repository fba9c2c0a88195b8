// SPDX-License-Identifier: Apache-2.0

/// An error of the database, or of this library on the way to it.
///
/// ``description`` is safe to log and to show: it holds neither SQL nor keys nor values. What the server itself said is
/// in ``diagnostics``, for the log of those who may see it. A cancelled task gets `CancellationError` instead.
public struct DatabaseError: Error, Sendable {
    /// What went wrong, for a program to switch on.
    public let code: Code
    /// What went wrong, for a person to read.
    public let message: String
    /// What the server said, values included; nil if the error was found on this side.
    public let diagnostics: Diagnostics?
    /// The error that led to this one, if there was one.
    public let underlying: (any Error)?
    /// The file that raised the error.
    public let file: String
    /// The line that raised the error.
    public let line: Int

    /// Makes an error that points at the line which makes it.
    public init(
        _ code: Code,
        _ message: String,
        diagnostics: Diagnostics? = nil,
        underlying: (any Error)? = nil,
        file: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.diagnostics = diagnostics
        self.underlying = underlying
        self.file = file
        self.line = line
    }
}

extension DatabaseError {
    /// The server's five-character error code (SQLSTATE), if the error is the server's.
    public var sqlState: String? { diagnostics?.sqlState }

    /// The constraint that was violated, if the server named one.
    public var constraint: String? { diagnostics?.constraint }

    /// Whether a transaction that failed so may succeed when it is run again from its start.
    public var isTransient: Bool {
        code == .serializationFailure || code == .deadlockDetected || code == .planInvalidated
    }
}

extension DatabaseError: CustomStringConvertible {
    /// The code, the SQLSTATE and the message, without what the server said.
    public var description: String {
        guard let sqlState else {
            return "\(code): \(message)"
        }
        return "\(code) (\(sqlState)): \(message)"
    }
}
