// SPDX-License-Identifier: Apache-2.0

/// The settings of a ``PostgresDatabase``.
public struct PostgresConfiguration: Sendable {
    /// Where the servers are and who connects, as libpq's URL or its list of keywords: `postgres://user@host:port/database`.
    ///
    /// Several hosts, with commas between, are tried in their order; `target_session_attrs=read-write` passes over replicas. A host that
    /// begins with a slash is the folder of a Unix socket, and `service=name` reads libpq's service file.
    public var url: String
    /// How the connection is secured, instead of what the URL says: `disable`, `prefer`, `require`, `verify-ca` or `verify-full`.
    ///
    /// The default is nil: the URL counts, and without a word there, libpq's `prefer`.
    public var sslMode: String?
    /// Over how many connections the reads of all tasks go together.
    ///
    /// The default is 2. Zero gives every read a connection of the pool's for its time.
    public var sharedConnections = 2
    /// The connections for transactions, writes, streams, copies and notifications; those of ``sharedConnections`` come on top.
    ///
    /// The default keeps 1 and opens at most 10.
    public var pool = ConnectionPoolConfiguration(name: "postgres")
    /// How many statements each connection keeps prepared.
    ///
    /// The default is 256. Zero prepares none and leaves no state in sessions, as a pooler in transaction mode (PgBouncer) needs it.
    public var statementCacheSize = 256
    /// How long a statement may take that says nothing else, waiting included.
    ///
    /// The default is 30 s. Nil sets no limit.
    public var statementTimeout: Duration? = .seconds(30)
    /// The most reads that wait for shared connections; further ones are refused with ``DatabaseError/Code/queueFull``.
    ///
    /// The default is 10,000.
    public var maximumWaiting = 10_000
    /// The database's name in metrics and in the log; few and fixed.
    ///
    /// The default is "postgres".
    public var name = "postgres"
    /// The settings that seldom need a change.
    public var options = Options()

    /// The settings of a ``PostgresDatabase`` that seldom need a change.
    public struct Options: Sendable {
        /// How long each server has to accept a connection.
        ///
        /// The default is 5 s.
        public var connectTimeout: Duration = .seconds(5)
        /// How long a statement that nobody waits for any more may still run before the server is told to cancel it.
        ///
        /// The default is 2 ms. Each cancellation costs the server a process.
        public var cancellationGrace: Duration = .milliseconds(2)
        /// How long a cancellation may take before the connection is given up.
        ///
        /// The default is 5 s.
        public var cancellationTimeout: Duration = .seconds(5)
        /// How many rows a stream fetches at once.
        ///
        /// The default is 500.
        public var streamChunk = 500

        /// Makes options of the defaults.
        public init() {}
    }

    /// Makes a configuration with the defaults.
    public init(url: String) {
        self.url = url
    }

    /// What the URL and the settings lead to.
    ///
    /// - Throws: ``DatabaseError/Code/invalidConfiguration``, which lists all that is wrong.
    func validate() throws(DatabaseError) -> PostgresServers {
        var problems = ConfigurationProblems()
        let servers = PostgresServers(url, settings: sslMode.map { ["sslmode": $0] } ?? [:], problems: &problems)
        problems.require(
            (0...64).contains(sharedConnections),
            "sharedConnections must be 0 to 64, is \(sharedConnections)"
        )
        problems.require(
            (0...100_000).contains(statementCacheSize),
            "statementCacheSize must be 0 to 100,000, is \(statementCacheSize)"
        )
        problems.require(maximumWaiting >= 1, "maximumWaiting must be positive, is \(maximumWaiting)")
        problems.require(
            (1...100_000).contains(options.streamChunk),
            "streamChunk must be 1 to 100,000, is \(options.streamChunk)"
        )
        let durations = [
            ("statementTimeout", statementTimeout), ("connectTimeout", options.connectTimeout),
            ("cancellationTimeout", options.cancellationTimeout),
        ]
        for case (let name, let duration?) in durations {
            problems.require(
                duration > .zero && duration <= ConnectionPoolConfiguration.longest,
                "\(name) must be positive and at most a hundred years, is \(duration)"
            )
        }
        problems.require(
            options.cancellationGrace >= .zero && options.cancellationGrace <= ConnectionPoolConfiguration.longest,
            "cancellationGrace must not be negative, is \(options.cancellationGrace)"
        )
        do {
            try pool.validate()
        } catch {
            problems.require(false, "pool: \(error.message)")
        }
        try problems.check()
        return servers
    }
}
