// SPDX-License-Identifier: Apache-2.0

/// How long a key lives on.
public enum RedisTimeToLive: Hashable, Sendable {
    /// For good.
    case forever
    /// For so long.
    case expiring(after: Duration)
}

extension RedisCommandExecutor {
    /// Removes keys and returns how many there were.
    ///
    /// `DEL`, which frees memory while others wait; see ``unlink(_:)``.
    @discardableResult
    public func del(_ keys: String...) async throws -> Int {
        try await count("DEL", keys)
    }

    /// Removes keys and returns how many there were; large values are freed on another thread.
    ///
    /// `UNLINK`.
    @discardableResult
    public func unlink(_ keys: [String]) async throws -> Int {
        try await count("UNLINK", keys)
    }

    /// How many of the keys there are.
    ///
    /// `EXISTS`.
    public func exists(_ keys: String...) async throws -> Int {
        try await count("EXISTS", keys)
    }

    /// Lets a key end after a time; false if there is none.
    ///
    /// `PEXPIRE`.
    @discardableResult
    public func expire(_ key: String, after duration: Duration) async throws -> Bool {
        var command = RedisCommand("PEXPIRE", key: key)
        command.append(duration.redisMilliseconds)
        return try await value(of: command)
    }

    /// Lets a key live for good; false if there is none, or it did already.
    ///
    /// `PERSIST`.
    @discardableResult
    public func persist(_ key: String) async throws -> Bool {
        try await value(of: RedisCommand("PERSIST", key: key))
    }

    /// How long a key lives on; nil if there is none.
    ///
    /// `PTTL`.
    public func ttl(_ key: String) async throws -> RedisTimeToLive? {
        switch try await value(of: RedisCommand("PTTL", key: key), as: Int64.self) {
        case -2: nil
        case -1: .forever
        case let milliseconds: .expiring(after: .milliseconds(milliseconds))
        }
    }

    /// The kind of value that a key has, such as `string` or `zset`; `none` if there is none.
    ///
    /// `TYPE`.
    public func type(of key: String) async throws -> String {
        try await value(of: RedisCommand("TYPE", key: key))
    }

    /// Gives a key another name, under which there may have been another value.
    ///
    /// `RENAME`.
    public func rename(_ key: String, to name: String) async throws {
        var command = RedisCommand("RENAME", key: key)
        command.append(key: name)
        try await run(command)
    }

    /// Asks for a sign of life.
    ///
    /// `PING`.
    public func ping() async throws {
        try await run(RedisCommand("PING"))
    }

    private func count(_ name: StaticString, _ keys: [String]) async throws -> Int {
        guard !keys.isEmpty else { return 0 }
        return try await value(of: RedisCommand(name, keys: keys))
    }
}
