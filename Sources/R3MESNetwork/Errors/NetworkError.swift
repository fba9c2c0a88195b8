// SPDX-License-Identifier: Apache-2.0

/// A call to another server that brought no answer.
///
/// ``description`` is safe to log and to show: it holds the code and a sentence, never a URL, a header or a body. A
/// cancelled caller gets Swift's own `CancellationError` instead.
public struct NetworkError: Error, Sendable {
    /// What went wrong, for a program to switch on.
    public let code: Code
    /// What went wrong, for a person to read.
    public let message: String
    /// False only if it is proved that the server has not seen the request: then anything may be sent again.
    public let mayHaveBeenSent: Bool
    /// The error that led to this one; for the log only, since it may name addresses.
    public let underlying: (any Error)?
    /// The file that raised the error.
    public let file: String
    /// The line that raised the error.
    public let line: Int

    /// Makes an error that points at the line which makes it.
    public init(
        _ code: Code,
        _ message: String,
        mayHaveBeenSent: Bool,
        underlying: (any Error)? = nil,
        file: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.mayHaveBeenSent = mayHaveBeenSent
        self.underlying = underlying
        self.file = file
        self.line = line
    }
}

extension NetworkError: CustomStringConvertible {
    /// The code and the message, without the underlying error.
    public var description: String {
        "\(code): \(message)"
    }
}
