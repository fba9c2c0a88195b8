// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// A connection that one caller has to himself: for what blocks (`BLPOP`, `XREAD BLOCK`) or changes it (`WATCH`, `SELECT`).
///
/// It isn't replaced when it breaks, since what was set on it is lost with it.
public final class RedisConnection: RedisCommandExecutor {
    private let client: RedisClient
    private let connection: SharedConnection

    init(client: RedisClient, connection: SharedConnection) {
        self.client = client
        self.connection = connection
    }

    /// Sends a command, with the client's timeout.
    public func send(_ command: RedisCommand) async throws -> RESPValue {
        try await send(command, timeout: client.configuration.commandTimeout)
    }

    /// Sends a command with a timeout of its own, which should be longer than the command blocks.
    public func send(_ command: RedisCommand, timeout: Duration) async throws -> RESPValue {
        try check(command)
        return try await client.answer(try client.makePending([command], timeout: timeout), on: connection)
    }

    /// Sends commands together.
    public func pipeline(_ commands: [RedisCommand]) async throws -> [RESPValue] {
        for command in commands {
            try check(command)
        }
        return try await client.sendTogether(commands, on: connection)
    }

    private func check(_ command: RedisCommand) throws(CacheError) {
        if case .changesProtocol = command.effect {
            throw CacheError(.unsupportedCommand, "the command is answered in a way that is not read here")
        }
    }
}

extension RedisClient {
    /// Lends a connection to the closure, which has it to itself; it is closed afterwards.
    ///
    /// Costs making a connection. A command still running at the end, such as a cancelled `BLPOP`, ends with it.
    ///
    /// - Throws: What the closure throws; ``CacheError`` with ``CacheError/Code/queueFull`` if
    ///   ``Options/maximumLeasedConnections`` are lent already.
    public func withConnection<Result>(
        _ body: (RedisConnection) async throws -> Result
    ) async throws -> Result {
        guard !isClosed.load(ordering: .relaxed) else {
            throw CacheError(.closed, "the client has been shut down")
        }
        let lent = leases.add(1, ordering: .relaxed).newValue
        defer { leases.subtract(1, ordering: .relaxed) }
        guard lent <= configuration.options.maximumLeasedConnections else {
            throw CacheError(.queueFull, "as many connections are lent as may")
        }
        let connection = SharedConnection(
            connector: connector,
            configuration,
            reconnects: false,
            events: ConnectionEvents(logger: logger, metrics: metrics)
        )
        defer { connection.close() }
        return try await body(RedisConnection(client: self, connection: connection))
    }
}
