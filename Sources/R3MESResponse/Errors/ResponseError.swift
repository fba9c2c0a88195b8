// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

/// An error that this library itself raises; what a route throws passes through unchanged.
///
/// Thrown out of a Hummingbird route or middleware it becomes an answer: `application/problem+json` (RFC 9457) with the
/// status of its ``Code``. ``description`` is safe to log and to show: it names the rule that was broken, and of the
/// request no more than the name that was wrong.
public struct ResponseError: Error, Sendable {
    /// What went wrong, for a program to switch on.
    public let code: Code
    /// What went wrong, for a person to read.
    public let message: String
    /// What the answer says besides, such as `Retry-After`.
    public var headers: HTTPFields
    /// The error that led to this one, if there was one; never shown to a client.
    public let underlying: (any Error)?
    /// The file that raised the error.
    public let file: String
    /// The line that raised the error.
    public let line: Int

    /// Makes an error that points at the line which makes it.
    public init(
        _ code: Code,
        _ message: String,
        headers: HTTPFields = [:],
        underlying: (any Error)? = nil,
        file: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.headers = headers
        self.underlying = underlying
        self.file = file
        self.line = line
    }
}

extension ResponseError: CustomStringConvertible {
    /// The code and the message, without the underlying error, which may hold what only a log may see.
    public var description: String {
        "\(code): \(message)"
    }
}
