// SPDX-License-Identifier: Apache-2.0

public import NIOCore

extension RedisCommandExecutor {
    /// The value of a key; nil if there is none.
    ///
    /// `GET`.
    public func get<Value: RESPDecodable>(_ key: String, as type: Value.Type = ByteBuffer.self) async throws -> Value? {
        let answer = try await send(RedisCommand("GET", key: key))
        if case .null = answer { return nil }
        return try Value(resp: answer)
    }

    /// Sets the value of a key; false if the condition kept it from being set.
    ///
    /// `SET`.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - value: Its new value.
    ///   - expiry: When it is forgotten. The default is never.
    ///   - condition: Whether there may, or must, be a value before. The default is either.
    @discardableResult
    public func set(
        _ key: String,
        to value: some RedisArgument,
        expiry: RedisExpiry = .never,
        if condition: RedisSetCondition = .always
    ) async throws -> Bool {
        var command = RedisCommand("SET", key: key, room: 96)
        command.append(value)
        expiry.append(to: &command)
        if let option = condition.option {
            command.append(text: option)
        }
        return try await send(command) != .null
    }

    /// The values of keys in their order, nil where there is none.
    ///
    /// `MGET`.
    public func mget<Value: RESPDecodable>(
        _ keys: [String],
        as type: Value.Type = ByteBuffer.self
    ) async throws -> [Value?] {
        guard !keys.isEmpty else { return [] }
        return try await value(of: RedisCommand("MGET", keys: keys))
    }

    /// Sets several keys at once.
    ///
    /// `MSET`.
    public func mset(_ values: [(key: String, value: some RedisArgument)]) async throws {
        guard !values.isEmpty else { return }
        var command = RedisCommand("MSET", room: 64 * values.count)
        for (key, value) in values {
            command.append(key: key)
            command.append(value)
        }
        try await run(command)
    }

    /// The value of a key, which is removed.
    ///
    /// `GETDEL`.
    public func getdel<Value: RESPDecodable>(_ key: String, as type: Value.Type = ByteBuffer.self) async throws
        -> Value?
    {
        try await value(of: RedisCommand("GETDEL", key: key))
    }

    /// Adds to the whole number that a key holds, 0 if there is none, and returns the sum.
    ///
    /// `INCRBY`.
    ///
    /// Not to be repeated after ``CacheError/Code/connectionLost``: it may have been added.
    @discardableResult
    public func incr(_ key: String, by amount: Int64 = 1) async throws -> Int64 {
        var command = RedisCommand("INCRBY", key: key)
        command.append(amount)
        return try await value(of: command)
    }

    /// Appends to the value of a key and returns its new length in bytes.
    ///
    /// `APPEND`.
    @discardableResult
    public func append(_ key: String, _ value: some RedisArgument) async throws -> Int {
        var command = RedisCommand("APPEND", key: key)
        command.append(value)
        return try await self.value(of: command)
    }

    /// The length of a value in bytes, 0 if there is none.
    ///
    /// `STRLEN`.
    public func strlen(_ key: String) async throws -> Int {
        try await value(of: RedisCommand("STRLEN", key: key))
    }
}

extension RedisCommand {
    /// A command whose arguments are keys.
    init(_ name: StaticString, keys: [String]) {
        self.init(name, room: keys.reduce(0) { $0 + $1.utf8.count + 12 })
        for key in keys {
            append(key: key)
        }
    }
}
