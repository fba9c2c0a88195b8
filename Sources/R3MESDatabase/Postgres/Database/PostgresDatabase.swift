// SPDX-License-Identifier: Apache-2.0

public import Logging
import R3MESConcurrency
import Synchronization

/// PostgreSQL, by libpq.
///
/// **Reads** of all tasks travel together over a few shared connections, all that wait at once: the more load, the larger the
/// batches. The server is made to refuse writes there, so that what failed with a neighbour can be run again, alone.
/// **Everything else** gets a connection of the ``ConnectionPool`` to itself for its time: writes, transactions, streams,
/// copies, notifications.
///
/// A statement is prepared when a connection first runs it. A read that turns out to write, such as the call of a function,
/// is found out by the server's refusal, and is sent to a connection of its own from then on.
///
/// **Cancellation**: a caller leaves at once. What it wanted is passed over if it was not sent, and cancelled at the server
/// if it runs; meanwhile nothing else is sent there. A connection whose state is not known to be clean serves nobody.
public final class PostgresDatabase: Database {
    /// The settings of a database.
    public typealias Configuration = PostgresConfiguration

    let configuration: Configuration
    let catalog = StatementCatalog(dialect: .postgres)
    let shared: [SharedConnection]
    let observer: (any StatementObserver)?
    let metrics: PostgresMetrics
    let columnTypes = ColumnTypeCache()
    let lifecycle = Mutex(Lifecycle.running)
    let pool: ConnectionPool<PostgresConnection>

    /// Makes a database, which connects when it is asked for something.
    ///
    /// - Parameters:
    ///   - configuration: Where the servers are, and all bounds.
    ///   - logger: Where outages and the server's notices are reported.
    ///   - observer: Is told of each statement.
    /// - Throws: ``DatabaseError/Code/invalidConfiguration``, which lists all that is wrong; ``DatabaseError/Code/resourceExhausted``.
    public init(
        configuration: Configuration,
        logger: Logger,
        observer: (any StatementObserver)? = nil
    ) throws(DatabaseError) {
        let servers = try configuration.validate()
        var logger = logger
        logger[metadataKey: "database"] = "\(configuration.name)"
        let metrics = PostgresMetrics(name: configuration.name)
        self.configuration = configuration
        self.observer = observer
        self.metrics = metrics
        let leases = ConnectionSettings(for: .lease, servers, configuration)
        let poolLogger = logger
        pool = try ConnectionPool(configuration: configuration.pool, logger: logger) {
            try await PostgresConnection.open(leases, metrics: metrics, logger: poolLogger)
        }
        let reads = ConnectionSettings(for: .sharedReads, servers, configuration)
        var shared: [SharedConnection] = []
        for _ in 0..<configuration.sharedConnections {
            let backoff = configuration.pool.options.reconnection
            shared.append(try SharedConnection(reads, backoff: backoff, metrics: metrics, logger: logger))
        }
        self.shared = shared
    }

    /// A database that was merely dropped ends as well, but nobody waits for it.
    deinit {
        for connection in shared {
            connection.close(.whenIdle)
        }
    }

    /// The dialect is PostgreSQL's.
    public var dialect: SQLDialect { .postgres }

    /// What the pool of connections that are lent does and has done; costs one short locked section.
    public var poolStatistics: ConnectionPoolStatistics { pool.statistics }
}

extension ConnectionSettings {
    init(for purpose: Purpose, _ servers: PostgresServers, _ configuration: PostgresConfiguration) {
        self.init(
            purpose: purpose,
            servers: servers,
            connectTimeout: configuration.options.connectTimeout,
            statementCacheSize: configuration.statementCacheSize,
            cancelGrace: configuration.options.cancellationGrace,
            cancelTimeout: configuration.options.cancellationTimeout
        )
    }
}
