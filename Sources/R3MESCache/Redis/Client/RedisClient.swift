// SPDX-License-Identifier: Apache-2.0

public import Logging
import NIOCore
import NIOSSL
import R3MESConcurrency
import Synchronization

/// A client of one Redis server, or of anything that speaks its protocol.
///
/// Callers share a few connections, and what they ask for at the same time goes out together: the more callers, the fewer
/// system calls for each. A single caller writes to the socket himself and waits for nobody.
///
/// - Connections are made with the first command, or by ``run()``, and replaced when they break. A command that was in flight
///   then fails with ``CacheError/Code/connectionLost``: only the caller knows whether it may be sent twice. Commands that
///   had not been sent wait for the new connection, for a while (``Options/unavailableAfter``).
/// - Each command has a timeout and heeds the caller's `Deadline`. Whoever is cancelled or late leaves at once, and the answer
///   that still comes goes to nobody.
/// - Commands that would keep or change a shared connection (`BLPOP`, `SELECT`, `WATCH`) are refused; they belong into
///   ``withConnection(_:)``.
///
/// Sends metrics with the dimension `name`: `r3mes_redis_command_seconds`, `r3mes_redis_errors_total` (by `code`),
/// `r3mes_redis_connects_total`, `r3mes_redis_connections_lost_total`, `r3mes_redis_connect_failures_total`.
public final class RedisClient: RedisCommandExecutor {
    /// How it connects.
    public let configuration: Configuration

    let connector: RedisConnector
    let connections: [SharedConnection]
    let metrics: RedisMetrics
    let logger: Logger
    let leases = Atomic(0)
    let isClosed = Atomic(false)
    let scripts = ScriptDigests()
    let subscriptions: SubscriptionConnection
    private let turn = Atomic(0)

    /// Makes a client, which connects when it is needed.
    ///
    /// - Throws: ``CacheError`` with ``CacheError/Code/invalidConfiguration``.
    public init(
        _ configuration: Configuration,
        logger: Logger = Logger(label: "r3mes.redis")
    ) throws(CacheError) {
        try configuration.validate()
        self.configuration = configuration
        self.logger = logger
        connector = try RedisConnector(configuration)
        let metrics = RedisMetrics(name: configuration.name)
        self.metrics = metrics
        let events = ConnectionEvents(logger: logger, metrics: metrics)
        connections = (0..<configuration.connectionCount).map { [connector] _ in
            SharedConnection(connector: connector, configuration, events: events)
        }
        subscriptions = SubscriptionConnection(connector: connector, configuration, events: events)
    }

    deinit {
        close()
    }

    /// Sends a command and waits for its answer, for ``Configuration/commandTimeout`` at most.
    public func send(_ command: RedisCommand) async throws -> RESPValue {
        try Self.checkShareable(command)
        let pending = try makePending([command], timeout: configuration.commandTimeout)
        return try await answer(pending, on: nextConnection())
    }

    /// Sends a command with a timeout of its own.
    public func send(_ command: RedisCommand, timeout: Duration) async throws -> RESPValue {
        try Self.checkShareable(command)
        return try await answer(try makePending([command], timeout: timeout), on: nextConnection())
    }

    /// Sends commands together, on one connection and in order.
    public func pipeline(_ commands: [RedisCommand]) async throws -> [RESPValue] {
        for command in commands {
            try Self.checkShareable(command)
        }
        return try await sendTogether(commands, on: nextConnection())
    }

    func sendTogether(_ commands: [RedisCommand], on connection: SharedConnection) async throws -> [RESPValue] {
        guard commands.count > 1 else {
            guard !commands.isEmpty else { return [] }
            let pending = try makePending(commands, timeout: configuration.commandTimeout)
            return [try await pending.answer { connection.submit(pending) }]
        }
        let pending = try makePending(commands, timeout: configuration.commandTimeout)
        return try await answer(pending, on: connection).elements ?? []
    }

    static func checkShareable(_ command: RedisCommand) throws(CacheError) {
        switch command.effect {
        case .none: break
        case .blocks, .changesState:
            throw CacheError(.unsupportedCommand, "the command needs a connection of its own: see withConnection")
        case .changesProtocol:
            throw CacheError(.unsupportedCommand, "the command is not for a connection that others share")
        }
    }

    /// The next one in turn, so that work is spread evenly; one that is away is passed over if another isn't.
    func nextConnection() -> SharedConnection {
        guard connections.count > 1 else { return connections[0] }
        let first = turn.wrappingAdd(1, ordering: .relaxed).newValue
        for offset in 0..<connections.count {
            let connection = connections[Int(UInt(bitPattern: first &+ offset) % UInt(connections.count))]
            if connection.isReady { return connection }
        }
        return connections[Int(UInt(bitPattern: first) % UInt(connections.count))]
    }

    func makePending(_ commands: [RedisCommand], timeout: Duration) throws(CacheError) -> PendingCommand {
        let now = NIODeadline.now()
        var timeout = timeout
        if let remaining = Deadline.remaining {
            guard remaining > .zero else { throw CacheError(.deadlineExceeded, "the deadline has passed") }
            timeout = min(timeout, remaining)
        }
        return PendingCommand(commands, start: now, deadline: now + TimeAmount(timeout))
    }

    /// The answer to a command, which is thrown if it is an error.
    func answer(_ pending: PendingCommand, on connection: SharedConnection) async throws -> RESPValue {
        do {
            let answer = try await pending.answer { connection.submit(pending) }
            metrics.succeed(since: pending.start)
            if case .error(let error) = answer {
                throw CacheError.server(error)
            }
            return answer
        } catch {
            metrics.fail(error)
            throw error
        }
    }
}
