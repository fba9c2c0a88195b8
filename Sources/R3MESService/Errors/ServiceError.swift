// SPDX-License-Identifier: Apache-2.0

/// What went wrong, told twice: once for the person who asked, once for the log.
///
/// - ``code``, ``detail`` and ``fieldErrors`` may be seen by anybody: they become the `application/problem+json`
///   answer (RFC 9457). No SQL text, key, payload or secret goes in there.
/// - ``context`` and ``underlying`` are for the log alone.
///
/// `description` is made of the public half only, so that printing an error by accident gives nothing away.
public struct ServiceError: Error, Sendable {
    /// The stable code, which decides the HTTP status and the title.
    public let code: Code

    /// One sentence for the caller: what is wrong with this very request, and what to do.
    public let detail: String

    /// The fields that were refused, all of them at once.
    ///
    /// Empty unless the error is about input.
    public let fieldErrors: [FieldError]

    /// Private facts for the log, by name.
    public let context: [String: String]

    /// The error that caused this one, for the log.
    public let underlying: (any Error)?

    /// The source file that made the error, as `Module/File.swift`.
    public let file: String

    /// The line in ``file``.
    public let line: Int

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - code: Which error it is.
    ///   - detail: What the caller may read; the code's own title when nothing more can be said.
    ///   - fieldErrors: Each refused field with its reason.
    ///   - context: What only the log may read.
    ///   - underlying: The cause.
    ///   - file: Where the error was made.
    ///   - line: Where the error was made.
    public init(
        _ code: Code,
        _ detail: String? = nil,
        fieldErrors: [FieldError] = [],
        context: [String: String] = [:],
        underlying: (any Error)? = nil,
        file: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.detail = detail ?? code.title
        self.fieldErrors = fieldErrors
        self.context = context
        self.underlying = underlying
        self.file = file
        self.line = line
    }
}

extension ServiceError {
    /// One refused field of the input.
    public struct FieldError: Error, Hashable, Sendable {
        /// The field as the caller wrote it: a JSON member, a query parameter or a configuration key.
        public let field: String

        /// Why it was refused and what is allowed.
        public let reason: String

        /// Makes a field error.
        public init(field: String, reason: String) {
            self.field = field
            self.reason = reason
        }
    }
}

extension ServiceError: CustomStringConvertible {
    /// The public half: code, detail and refused fields.
    public var description: String {
        let fields = fieldErrors.map { " [\($0.field): \($0.reason)]" }.joined()
        return "\(code): \(detail)\(fields)"
    }
}

extension ServiceError {
    /// Any error as a service error: itself when it is one, else the given code with the error as its cause.
    public init(
        wrapping error: any Error,
        as code: Code = .internalError,
        file: String = #fileID,
        line: Int = #line
    ) {
        if let error = error as? ServiceError {
            self = error
        } else {
            self.init(code, underlying: error, file: file, line: line)
        }
    }
}
