// SPDX-License-Identifier: Apache-2.0

/// An error that this library itself raises; what a caller's loader throws passes through unchanged.
///
/// ``description`` is safe to log and to show: it names the rule that was broken, never a key or a value. A cancelled
/// caller gets Swift's own `CancellationError`, as everywhere in Swift concurrency.
public struct CacheError: Error, Sendable {
    /// What went wrong, for a program to switch on.
    public let code: Code
    /// What went wrong, for a person to read.
    public let message: String
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
        underlying: (any Error)? = nil,
        file: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.underlying = underlying
        self.file = file
        self.line = line
    }
}

extension CacheError: CustomStringConvertible {
    /// The code and the message, without the underlying error, which may hold what only a log may see.
    public var description: String {
        "\(code): \(message)"
    }
}
