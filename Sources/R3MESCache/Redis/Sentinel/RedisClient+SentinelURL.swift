// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOSSL

extension RedisClient.Configuration {
    /// Reads `redis+sentinel://[[user]:password@]host[:port][,host[:port]]…/master[/database]`, which no URL parser knows
    /// because of its many hosts; nil if it is something else.
    init?(sentinelURL url: String) throws(CacheError) {
        let parts = url.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ["redis+sentinel", "rediss+sentinel"].contains(parts[0].lowercased()) else {
            return nil
        }
        guard !parts[1].contains(where: { $0 == "?" || $0 == "#" }) else {
            throw .invalidURL("it has a query or a fragment; in a password '?' is written %3F and '#' %23")
        }
        let path = parts[1].split(separator: "/", omittingEmptySubsequences: false)
        guard (2...3).contains(path.count), let master = path[1].removingPercentEncoding, !master.isEmpty else {
            throw .invalidURL("it is not redis+sentinel://host:port,host:port/master or the same with /database")
        }
        // A password may hold an @ only percent-encoded.
        let authority = path[0].split(separator: "@", omittingEmptySubsequences: false)
        guard (1...2).contains(authority.count), let places = authority.last else {
            throw .invalidURL("it has more than one '@'; in a password it is written %40")
        }
        var hosts: [(host: String, port: Int)] = []
        for place in places.split(separator: ",", omittingEmptySubsequences: false) {
            guard let host = Self.host(place) else { throw .invalidURL("a sentinel is not host:port") }
            hosts.append(host)
        }
        self.init(endpoint: .sentinels(hosts, master: master))
        if authority.count == 2 {
            let login = authority[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                .map { $0.removingPercentEncoding ?? "" }
            username = login[0].isEmpty ? nil : login[0]
            password = login.count == 2 && !login[1].isEmpty ? login[1] : nil
        }
        database = path.count == 3 ? try Self.database(path[2]) : 0
        if parts[0].lowercased().hasPrefix("rediss") {
            tls = .makeClientConfiguration()
        }
        try validate()
    }

    private static func host(_ place: Substring) -> (host: String, port: Int)? {
        guard let components = URLComponents(string: "redis://\(place)"), let host = components.host, !host.isEmpty,
            components.path.isEmpty
        else { return nil }
        return (host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), components.port ?? 26379)
    }
}
