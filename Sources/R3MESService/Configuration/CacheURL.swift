// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESCache

/// Where the service remembers what it has read: `none`, `memory`, `redis://…`, `rediss://…` or `unix:///…`.
///
/// Its description never shows a password.
public enum CacheURL: Hashable, Sendable {
    /// Nowhere: every read is a query.
    case none

    /// In the memory of this process.
    case memory

    /// In the memory of this process over a Redis that instances share.
    case redis(Redis)

    /// A Redis server.
    public struct Redis: Hashable, Sendable {
        /// The URL as it was given, for the client.
        public let url: Secret
        /// Whether the server is on this machine.
        public let isLocal: Bool
        /// Whether the connection is encrypted.
        public let isEncrypted: Bool
        /// The URL, with ``Redaction/marker`` where the password was.
        public let description: String
    }

    /// Reads a URL, or says in words that quote nothing of it why that cannot be done.
    static func parse(_ text: String) throws(ServiceConfiguration.Refusal) -> Self {
        switch text {
        case "none": .none
        case "memory": .memory
        default: .redis(try Redis(text))
        }
    }
}

extension CacheURL.Redis {
    init(_ text: String) throws(ServiceConfiguration.Refusal) {
        do {
            _ = try RedisClient.Configuration(url: text)
        } catch {
            throw ServiceConfiguration.Refusal(error.message)
        }
        guard let components = URLComponents(string: text), let scheme = components.scheme else {
            throw ServiceConfiguration.Refusal("it is no URL, such as redis://localhost:6379")
        }
        let host = components.host ?? ""
        url = Secret(text)
        isLocal = host.isEmpty || HostName(text: host.trimmingCharacters(in: ["[", "]"])).isLoopback
        isEncrypted = scheme.lowercased() == "rediss"
        let user = components.percentEncodedUser ?? ""
        let hasPassword = components.password?.isEmpty == false
        let login = user + (hasPassword ? ":\(Redaction.marker)" : "")
        let port = components.port.map { ":\($0)" } ?? ""
        let query = components.percentEncodedQuery.map { "?\($0)" } ?? ""
        let place = "\(components.percentEncodedHost ?? "")\(port)\(components.percentEncodedPath)\(query)"
        description = "\(scheme)://\(login)\(login.isEmpty ? "" : "@")\(place)"
    }
}

extension CacheURL: CustomStringConvertible, CustomDebugStringConvertible {
    /// The URL, with ``Redaction/marker`` where the password was.
    public var description: String {
        switch self {
        case .none: "none"
        case .memory: "memory"
        case .redis(let redis): redis.description
        }
    }

    /// The same as ``description``.
    public var debugDescription: String { description }
}
