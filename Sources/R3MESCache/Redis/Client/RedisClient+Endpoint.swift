// SPDX-License-Identifier: Apache-2.0

extension RedisClient {
    /// Where a server is.
    public struct Endpoint: Hashable, Sendable {
        enum Address: Hashable, Sendable {
            case host(String, port: Int)
            case unixSocket(path: String)
        }

        let address: Address

        /// A host by name or address, with its port.
        public static func host(_ host: String, port: Int = 6379) -> Endpoint {
            Endpoint(address: .host(host, port: port))
        }

        /// A Unix domain socket.
        public static func unixSocket(path: String) -> Endpoint {
            Endpoint(address: .unixSocket(path: path))
        }

        /// The name that a certificate should bear.
        var host: String? {
            if case .host(let host, _) = address { host } else { nil }
        }
    }
}
