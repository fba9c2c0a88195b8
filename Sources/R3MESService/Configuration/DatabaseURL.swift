// SPDX-License-Identifier: Apache-2.0

/// Which database holds the data: `sqlite:PATH`, `postgres://…` or `postgresql://…`.
///
/// Its description never shows a password.
public enum DatabaseURL: Hashable, Sendable {
    /// A SQLite file, by its absolute path or by its path from the working directory.
    case sqlite(path: String)

    /// A PostgreSQL server, or several of which one is the primary.
    case postgres(Postgres)

    /// Reads a URL.
    ///
    /// - Throws: ``ServiceError`` with the code ``ServiceError/Code/configurationInvalid``, whose text holds no part of
    ///   the URL, since that might have been a password.
    public init(_ text: String) throws(ServiceError) {
        do {
            self = try Self.parse(text)
        } catch {
            throw ServiceError(.configurationInvalid, "The database URL is not valid: \(error.reason).")
        }
    }

    /// Reads a URL, or says in words that quote nothing of it why that cannot be done.
    static func parse(_ text: String) throws(ServiceConfiguration.Refusal) -> Self {
        if let path = text.droppingPrefix("sqlite:") {
            return .sqlite(path: try checked(path: path))
        }
        if let rest = text.droppingPrefix("postgres://") ?? text.droppingPrefix("postgresql://") {
            return .postgres(try Postgres(text, afterScheme: rest))
        }
        throw .init("it must begin with sqlite:, postgres:// or postgresql://")
    }

    private static func checked(path: Substring) throws(ServiceConfiguration.Refusal) -> String {
        if path.isEmpty { throw .init("sqlite: must be followed by the path of a file") }
        if path.hasPrefix("//"), !path.hasPrefix("///") {
            throw .init("sqlite: has no host; write sqlite:PATH, without two slashes")
        }
        if path == ":memory:" { throw .init("a database in memory cannot be shared; write the path of a file") }
        if path.utf8.contains(0) { throw .init("the path has a NUL character") }
        // Three slashes are how other tools write an absolute path.
        return String(path.hasPrefix("///") ? path.dropFirst(2) : path)
    }
}

extension DatabaseURL: CustomStringConvertible, CustomDebugStringConvertible {
    /// The URL, with ``Redaction/marker`` where the password was.
    public var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        case .postgres(let postgres): postgres.description
        }
    }

    /// The same as ``description``.
    public var debugDescription: String { description }
}

private extension String {
    /// What comes after the prefix, if the text has it.
    func droppingPrefix(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}
