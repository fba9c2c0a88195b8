// SPDX-License-Identifier: Apache-2.0

public import NIOCore
public import NIOSSL
import NIOPosix

extension RedisClient {
    /// How a ``RedisClient`` connects, and what it holds at most.
    public struct Configuration: Sendable {
        /// Where the server is.
        public var endpoint: Endpoint
        /// The ACL user; nil for the default user, who needs only a password.
        public var username: String?
        /// The password; nil if none is needed.
        ///
        /// The default is nil.
        public var password: String?
        /// The number of the database.
        ///
        /// The default is 0.
        public var database = 0
        /// The name that `CLIENT LIST` shows; without blanks.
        ///
        /// The default is nil.
        public var clientName: String?
        /// How to encrypt; nil for not at all, which is the default.
        public var tls: TLSConfiguration?
        /// How long a command may take, from the call to the answer.
        ///
        /// The caller's `Deadline` may shorten it. The default is 5 s.
        public var commandTimeout = Duration.seconds(5)
        /// How many connections callers share.
        ///
        /// The default, 1, is the fastest for small values, since more commands go together; large values gain by two
        /// or three.
        public var connectionCount = 1
        /// Its name in the metrics; few and fixed.
        ///
        /// The default is `default`.
        public var name = "default"
        /// What seldom needs to be changed.
        public var options = Options()

        /// Makes a configuration for a server.
        public init(endpoint: Endpoint) {
            self.endpoint = endpoint
        }
    }

    /// What seldom needs to be changed about a ``RedisClient``.
    public struct Options: Sendable {
        /// How long a connection, handshake included, may take to make.
        ///
        /// The default is 5 s.
        public var connectTimeout = Duration.seconds(5)
        /// The delay before the first new try to connect, doubled with each.
        ///
        /// The default is 20 ms.
        public var reconnectDelay = Duration.milliseconds(20)
        /// The longest delay between tries to connect.
        ///
        /// The default is 2 s.
        public var maximumReconnectDelay = Duration.seconds(2)
        /// How long commands wait for a lost connection to come back; once it has been away for so long they fail at
        /// once.
        ///
        /// The default is 1 s.
        public var unavailableAfter = Duration.seconds(1)
        /// How often an idle connection is asked for a sign of life, and how long one with unanswered commands may be
        /// silent before it is replaced.
        ///
        /// The default is 15 s.
        public var healthCheckInterval = Duration.seconds(15)
        /// How many commands may wait or be in flight on one connection.
        ///
        /// The default is 65,536.
        public var maximumCommands = 65_536
        /// How many bytes of commands may wait to be sent on one connection.
        ///
        /// The default is 256 MiB.
        public var maximumQueuedBytes = 256 * 1024 * 1024
        /// How many connections may be lent at the same time.
        ///
        /// The default is 64.
        public var maximumLeasedConnections = 64
        /// The largest answer that is read; beyond it the connection is closed.
        ///
        /// The default is 1 GiB.
        public var maximumAnswerBytes = 1024 * 1024 * 1024
        /// The sentinels' own password; nil if they need none.
        ///
        /// The default is nil.
        public var sentinelPassword: String?
        /// Asks for RESP3 first.
        ///
        /// The default is true; false speaks RESP2 with a server that knows more.
        public var prefersRESP3 = true
        /// Where the connections live.
        ///
        /// The default is NIO's shared group.
        public var eventLoopGroup: any EventLoopGroup = .singletonMultiThreadedEventLoopGroup

        /// Makes options with the defaults.
        public init() {}
    }
}

extension RedisClient.Configuration {
    /// Reports all that is wrong at once.
    func validate() throws(CacheError) {
        var problems: [String] = []
        func require(_ condition: Bool, _ problem: String) {
            if !condition { problems.append(problem) }
        }
        func require(_ host: RedisClient.Endpoint.Host) {
            require(!host.name.isEmpty, "the host is empty")
            require((1...65_535).contains(host.port), "the port is not between 1 and 65535")
        }
        switch endpoint.address {
        case .host(let host):
            require(host)
        case .sentinels(let sentinels):
            require((1...100).contains(sentinels.hosts.count), "there is not one sentinel, or there are over 100")
            require(!sentinels.master.isEmpty, "the master's name is missing")
            for host in sentinels.hosts { require(host) }
        case .unixSocket(let path):
            require(!path.isEmpty, "the socket's path is empty")
            require(path.utf8.count <= 103, "the socket's path is longer than 103 bytes")
        }
        require(database >= 0, "the database is negative")
        require(username == nil || password != nil, "a user needs a password")
        require(
            clientName.map { !$0.isEmpty && $0.utf8.allSatisfy { (33...126).contains($0) } } ?? true,
            "the client's name has a character that is not printable ASCII, or none"
        )
        require(commandTimeout > .zero, "commandTimeout is not positive")
        require((1...256).contains(connectionCount), "connectionCount is not between 1 and 256")
        require(options.connectTimeout > .zero, "connectTimeout is not positive")
        require(options.reconnectDelay > .zero, "reconnectDelay is not positive")
        require(
            options.maximumReconnectDelay >= options.reconnectDelay,
            "maximumReconnectDelay is less than reconnectDelay"
        )
        require(options.unavailableAfter >= .zero, "unavailableAfter is negative")
        require(options.healthCheckInterval > .zero, "healthCheckInterval is not positive")
        require(options.maximumCommands > 0, "maximumCommands is not positive")
        require(options.maximumQueuedBytes > 0, "maximumQueuedBytes is not positive")
        require(options.maximumLeasedConnections >= 0, "maximumLeasedConnections is negative")
        require(options.maximumAnswerBytes > 0, "maximumAnswerBytes is not positive")
        guard problems.isEmpty else {
            throw CacheError(.invalidConfiguration, problems.joined(separator: "; "))
        }
    }
}
