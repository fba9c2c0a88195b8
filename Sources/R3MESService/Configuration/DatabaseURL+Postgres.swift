// SPDX-License-Identifier: Apache-2.0

extension DatabaseURL {
    /// The parts of a PostgreSQL URL.
    ///
    /// The grammar is that of libpq (PostgreSQL documentation, "Connection URIs"):
    /// `postgres://user:password@host:port,host:port/database?sslmode=require`.
    public struct Postgres: Hashable, Sendable {
        /// The servers, in the order in which they are tried; never empty.
        public let hosts: [Host]

        /// The name of the database; the server's own default, the user's name, if absent.
        public let database: String?

        /// The name of the user.
        public let user: String?

        /// Whether the URL has a password, which only ``connectionString`` holds.
        public let hasPassword: Bool

        /// How the connection is secured; libpq's default, which is not to insist on it, if absent.
        public let sslMode: SSLMode?

        /// The URL as it was given, for the driver.
        public let connectionString: Secret
    }
}

extension DatabaseURL.Postgres {
    /// One server.
    public struct Host: Hashable, Sendable {
        /// A name, an address without brackets, or the directory of a Unix socket; empty for the local default.
        public let name: String

        /// The port, by default 5432.
        public let port: Int

        /// Whether the server is on this machine.
        public var isLocal: Bool {
            name.isEmpty || HostName(text: name).isLoopback
        }
    }

    /// How a connection is secured, as libpq's `sslmode`.
    public enum SSLMode: String, CaseIterable, Sendable {
        /// Never encrypted.
        case disable
        /// Encrypted only if the server insists.
        case allow
        /// Encrypted if the server can.
        case prefer
        /// Encrypted, to whoever answers.
        case require
        /// Encrypted, to a server with a trusted certificate.
        case verifyCA = "verify-ca"
        /// Encrypted, to a server with a trusted certificate for its name.
        case verifyFull = "verify-full"

        /// Whether the connection fails rather than going unencrypted.
        public var requiresEncryption: Bool {
            switch self {
            case .disable, .allow, .prefer: false
            case .require, .verifyCA, .verifyFull: true
            }
        }
    }

    /// Whether every server is on this machine.
    public var isLocal: Bool {
        hosts.allSatisfy(\.isLocal)
    }
}

extension DatabaseURL.Postgres: CustomStringConvertible, CustomDebugStringConvertible {
    /// The URL made of its parts, with ``Redaction/marker`` where the password was, and without other parameters.
    public var description: String {
        let login = user.map { Self.percentEncoded($0) } ?? ""
        let password = hasPassword ? ":\(Redaction.marker)" : ""
        let separator = login.isEmpty && !hasPassword ? "" : "@"
        let path = database.map { "/" + Self.percentEncoded($0) } ?? ""
        let query = sslMode.map { "?sslmode=\($0.rawValue)" } ?? ""
        let servers = hosts.map(\.description).joined(separator: ",")
        return "postgres://\(login)\(password)\(separator)\(servers)\(path)\(query)"
    }

    /// The same as ``description``.
    public var debugDescription: String { description }
}

extension DatabaseURL.Postgres.Host: CustomStringConvertible {
    /// The host as it stands in a URL; the port only if it isn't 5432.
    public var description: String {
        let host = name.contains(":") ? "[\(name)]" : DatabaseURL.Postgres.percentEncoded(name)
        return port == 5432 ? host : "\(host):\(port)"
    }
}
