// SPDX-License-Identifier: Apache-2.0

extension RedisClient {
    /// Where a server is.
    public struct Endpoint: Hashable, Sendable {
        /// A name or an address, and a port.
        struct Host: Hashable, Sendable {
            let name: String
            let port: Int
        }

        /// Those who know where the master of a name is.
        struct Sentinels: Hashable, Sendable {
            let hosts: [Host]
            let master: String
        }

        enum Address: Hashable, Sendable {
            case host(Host)
            case unixSocket(path: String)
            case sentinels(Sentinels)
        }

        let address: Address

        /// The host, if it is one.
        var host: String? {
            if case .host(let host) = address { host.name } else { nil }
        }

        /// A host by name or address, with its port.
        public static func host(_ host: String, port: Int = 6379) -> Endpoint {
            Endpoint(address: .host(Host(name: host, port: port)))
        }

        /// A Unix domain socket.
        public static func unixSocket(path: String) -> Endpoint {
            Endpoint(address: .unixSocket(path: path))
        }

        /// The master of a name, which Redis Sentinel watches over.
        ///
        /// The sentinels are asked with each try to connect, and a server that says that it is not the master is not used; so a
        /// client goes on with the new master after a failover. What was under way on the old one fails with
        /// ``CacheError/Code/connectionLost`` or `READONLY`. Writes that the old master answered and had not yet replicated are lost, by the
        /// nature of Redis' replication.
        ///
        /// - Parameters:
        ///   - hosts: Name or address and port of each; one that answers is enough.
        ///   - master: The name that the sentinels' configuration gives the master.
        public static func sentinels(_ hosts: [(host: String, port: Int)], master: String) -> Endpoint {
            let hosts = hosts.map { Host(name: $0.host, port: $0.port) }
            return Endpoint(address: .sentinels(Sentinels(hosts: hosts, master: master)))
        }
    }
}
