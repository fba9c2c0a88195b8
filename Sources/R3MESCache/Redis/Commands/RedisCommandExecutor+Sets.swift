// SPDX-License-Identifier: Apache-2.0

public import NIOCore

extension RedisCommandExecutor {
    /// Adds members to a set and returns how many are new.
    ///
    /// `SADD`.
    @discardableResult
    public func sadd(_ key: String, _ members: [some RedisArgument]) async throws -> Int {
        guard !members.isEmpty else { return 0 }
        return try await value(of: RedisCommand("SADD", key: key, members: members))
    }

    /// Removes members of a set and returns how many there were.
    ///
    /// `SREM`.
    @discardableResult
    public func srem(_ key: String, _ members: [some RedisArgument]) async throws -> Int {
        guard !members.isEmpty else { return 0 }
        return try await value(of: RedisCommand("SREM", key: key, members: members))
    }

    /// All members of a set; of a large one rather ``sscan(_:matching:count:)``.
    ///
    /// `SMEMBERS`.
    public func smembers<Member: RESPDecodable & Hashable>(
        _ key: String,
        as type: Member.Type = ByteBuffer.self
    ) async throws -> Set<Member> {
        try await value(of: RedisCommand("SMEMBERS", key: key))
    }

    /// Whether a set has a member.
    ///
    /// `SISMEMBER`.
    public func sismember(_ key: String, _ member: some RedisArgument) async throws -> Bool {
        try await value(of: RedisCommand("SISMEMBER", key: key, members: [member]))
    }

    /// How many members a set has.
    ///
    /// `SCARD`.
    public func scard(_ key: String) async throws -> Int {
        try await value(of: RedisCommand("SCARD", key: key))
    }
}

extension RedisCommand {
    init(_ name: StaticString, key: String, members: [some RedisArgument]) {
        self.init(name, key: key, room: 32 * members.count)
        for member in members {
            append(member)
        }
    }
}
