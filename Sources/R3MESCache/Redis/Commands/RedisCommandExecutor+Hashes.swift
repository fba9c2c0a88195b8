// SPDX-License-Identifier: Apache-2.0

public import NIOCore

extension RedisCommandExecutor {
    /// A field of a hash; nil if there is none.
    ///
    /// `HGET`.
    public func hget<Value: RESPDecodable>(
        _ key: String,
        _ field: String,
        as type: Value.Type = ByteBuffer.self
    ) async throws -> Value? {
        var command = RedisCommand("HGET", key: key)
        command.append(field)
        return try await value(of: command)
    }

    /// Fields of a hash in their order, nil where there is none.
    ///
    /// `HMGET`.
    public func hmget<Value: RESPDecodable>(
        _ key: String,
        _ fields: [String],
        as type: Value.Type = ByteBuffer.self
    ) async throws -> [Value?] {
        guard !fields.isEmpty else { return [] }
        var command = RedisCommand("HMGET", key: key)
        for field in fields {
            command.append(field)
        }
        return try await value(of: command)
    }

    /// All of a hash, empty if there is none.
    ///
    /// `HGETALL`.
    public func hgetall<Value: RESPDecodable>(
        _ key: String,
        as type: Value.Type = ByteBuffer.self
    ) async throws -> [String: Value] {
        try await value(of: RedisCommand("HGETALL", key: key))
    }

    /// Sets fields of a hash and returns how many are new.
    ///
    /// `HSET`.
    @discardableResult
    public func hset(_ key: String, _ fields: [(field: String, value: some RedisArgument)]) async throws -> Int {
        guard !fields.isEmpty else { return 0 }
        var command = RedisCommand("HSET", key: key)
        for (field, value) in fields {
            command.append(field)
            command.append(value)
        }
        return try await value(of: command)
    }

    /// Removes fields of a hash and returns how many there were.
    ///
    /// `HDEL`.
    @discardableResult
    public func hdel(_ key: String, _ fields: String...) async throws -> Int {
        guard !fields.isEmpty else { return 0 }
        var command = RedisCommand("HDEL", key: key)
        for field in fields {
            command.append(field)
        }
        return try await value(of: command)
    }

    /// Adds to the whole number that a field holds, and returns the sum.
    ///
    /// `HINCRBY`.
    @discardableResult
    public func hincrby(_ key: String, _ field: String, by amount: Int64 = 1) async throws -> Int64 {
        var command = RedisCommand("HINCRBY", key: key)
        command.append(field)
        command.append(amount)
        return try await value(of: command)
    }

    /// How many fields a hash has.
    ///
    /// `HLEN`.
    public func hlen(_ key: String) async throws -> Int {
        try await value(of: RedisCommand("HLEN", key: key))
    }
}
