// SPDX-License-Identifier: Apache-2.0

/// Whatever commands can be sent to: a client, a connection lent by one, a cluster.
public protocol RedisCommandExecutor: Sendable {
    /// Sends a command and waits for its answer.
    ///
    /// - Throws: ``CacheError``, with ``CacheError/Code/serverError`` if the server refuses; `CancellationError`. A cancelled
    ///   caller leaves at once; whether the command is executed then depends on whether it has been sent.
    func send(_ command: RedisCommand) async throws -> RESPValue

    /// Sends commands together, by one write, and waits for all answers; errors of single commands are among them.
    ///
    /// Others' commands may be executed in between; see ``RedisClient/transaction(_:)`` for what must not be torn apart.
    func pipeline(_ commands: [RedisCommand]) async throws -> [RESPValue]
}

extension RedisCommandExecutor {
    /// Sends any command.
    ///
    /// ```swift
    /// let kind = try await client.command("OBJECT", "ENCODING", "user:1", keyIndex: 1)
    /// ```
    ///
    /// - Parameters:
    ///   - name: The name of the command.
    ///   - arguments: Its arguments, each sent as it is.
    ///   - keyIndex: Which argument is the first key, from 0; nil if there is none. Only a cluster uses it.
    /// - Throws: As ``send(_:)``.
    public func command(_ name: String, _ arguments: any RedisArgument..., keyIndex: Int? = 0) async throws -> RESPValue
    {
        try await send(RedisCommand(name, arguments, keyIndex: keyIndex))
    }

    /// Sends a command and turns its answer into a type.
    func value<Value: RESPDecodable>(of command: RedisCommand, as type: Value.Type = Value.self) async throws -> Value {
        try Value(resp: try await send(command))
    }

    /// Sends a command whose answer says nothing.
    func run(_ command: RedisCommand) async throws {
        _ = try await send(command)
    }
}
