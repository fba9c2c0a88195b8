// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOSSL

extension RedisClient.Configuration {
    /// Reads a configuration from a URL.
    ///
    /// - `redis://[[user]:password@]host[:port][/database]`
    /// - `rediss://…`, the same with TLS, whose certificate is checked
    /// - `redis+sentinel://[[user]:password@]host[:port][,host[:port]]…/master[/database]`, where the hosts are sentinels, and
    ///   user and password are the servers'; `rediss+sentinel://…`, the same with TLS to the servers
    /// - `unix://[[user]:password@]/path/to.sock[?db=database]`
    ///
    /// Users and passwords are percent-encoded where they hold what URLs reserve.
    ///
    /// - Throws: ``CacheError`` with ``CacheError/Code/invalidConfiguration``, whose message never repeats the URL.
    public init(url: String) throws(CacheError) {
        if let configuration = try Self(sentinelURL: url) {
            self = configuration
            return
        }
        guard let components = URLComponents(string: url), let scheme = components.scheme?.lowercased() else {
            throw .invalidURL("it is no URL, such as redis://localhost:6379")
        }
        guard components.fragment == nil else {
            throw .invalidURL("it has a fragment; '#' in a password is written %23")
        }
        switch scheme {
        case "redis", "rediss":
            guard let host = components.host, !host.isEmpty else { throw .invalidURL("the host is missing") }
            guard components.queryItems?.isEmpty ?? true else { throw .invalidURL("it has a query") }
            // IPv6 addresses stand in brackets in a URL and nowhere else.
            self.init(
                endpoint: .host(
                    host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")),
                    port: components.port ?? 6379
                )
            )
            database = try Self.database(components.path.drop { $0 == "/" })
            if scheme == "rediss" {
                tls = .makeClientConfiguration()
            }
        case "unix", "redis+unix":
            guard components.host?.isEmpty ?? true else {
                throw .invalidURL("a socket's path begins with a slash: unix:///path/to.sock")
            }
            guard components.path.count > 1 else { throw .invalidURL("the socket's path is missing") }
            self.init(endpoint: .unixSocket(path: components.path))
            for item in components.queryItems ?? [] {
                guard item.name == "db" else { throw .invalidURL("the query has something else than db") }
                database = try Self.database((item.value ?? "")[...])
            }
        default:
            throw .invalidURL("the scheme is none of redis, rediss, redis+sentinel, rediss+sentinel and unix")
        }
        username = components.user.flatMap { $0.isEmpty ? nil : $0 }
        password = components.password.flatMap { $0.isEmpty ? nil : $0 }
        try validate()
    }

    static func database(_ text: Substring) throws(CacheError) -> Int {
        guard !text.isEmpty else { return 0 }
        guard let number = Int(text), number >= 0 else { throw .invalidURL("the database is no number") }
        return number
    }
}

extension CacheError {
    static func invalidURL(_ problem: String) -> CacheError {
        CacheError(.invalidConfiguration, "the URL of Redis can't be used: \(problem)")
    }
}
