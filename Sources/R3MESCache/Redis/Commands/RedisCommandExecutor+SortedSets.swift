// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// A member of a sorted set with its score.
public struct RedisScoredMember<Member: Sendable>: Sendable {
    /// The member.
    public var member: Member
    /// What it is sorted by.
    public var score: Double

    /// Puts a member and a score together.
    public init(_ member: Member, score: Double) {
        self.member = member
        self.score = score
    }
}

extension RedisScoredMember: Equatable where Member: Equatable {}
extension RedisScoredMember: Hashable where Member: Hashable {}

extension RedisCommandExecutor {
    /// Adds members to a sorted set, or gives them new scores, and returns how many are new.
    ///
    /// `ZADD`.
    @discardableResult
    public func zadd(_ key: String, _ members: [RedisScoredMember<some RedisArgument>]) async throws -> Int {
        guard !members.isEmpty else { return 0 }
        var command = RedisCommand("ZADD", key: key, room: 48 * members.count)
        for member in members {
            command.append(member.score)
            command.append(member.member)
        }
        return try await value(of: command)
    }

    /// Removes members of a sorted set and returns how many there were.
    ///
    /// `ZREM`.
    @discardableResult
    public func zrem(_ key: String, _ members: [some RedisArgument]) async throws -> Int {
        guard !members.isEmpty else { return 0 }
        return try await value(of: RedisCommand("ZREM", key: key, members: members))
    }

    /// The score of a member; nil if it isn't there.
    ///
    /// `ZSCORE`.
    public func zscore(_ key: String, _ member: some RedisArgument) async throws -> Double? {
        try await value(of: RedisCommand("ZSCORE", key: key, members: [member]))
    }

    /// Adds to the score of a member and returns the sum.
    ///
    /// `ZINCRBY`.
    @discardableResult
    public func zincrby(_ key: String, _ member: some RedisArgument, by amount: Double) async throws -> Double {
        var command = RedisCommand("ZINCRBY", key: key)
        command.append(amount)
        command.append(member)
        return try await value(of: command)
    }

    /// How many members a sorted set has.
    ///
    /// `ZCARD`.
    public func zcard(_ key: String) async throws -> Int {
        try await value(of: RedisCommand("ZCARD", key: key))
    }

    /// Members by rank, the least score first; negative ranks count from the end.
    ///
    /// `ZRANGE … WITHSCORES`.
    ///
    /// - Parameters:
    ///   - key: The sorted set.
    ///   - first: The first rank. The default is 0.
    ///   - last: The last rank, inclusive. The default is -1, the end.
    ///   - isReversed: Whether the highest score comes first. The default is false.
    ///   - type: What members are turned into.
    public func zrange<Member: RESPDecodable>(
        _ key: String,
        from first: Int = 0,
        through last: Int = -1,
        reversed isReversed: Bool = false,
        as type: Member.Type = ByteBuffer.self
    ) async throws -> [RedisScoredMember<Member>] {
        var command = RedisCommand("ZRANGE", key: key, room: 64)
        command.append(first)
        command.append(last)
        if isReversed {
            command.append("REV")
        }
        command.append("WITHSCORES")
        return try await scored(command)
    }

    /// Members whose score is in a range, the least first.
    ///
    /// `ZRANGE … BYSCORE WITHSCORES LIMIT`.
    public func zrange<Member: RESPDecodable>(
        _ key: String,
        scores: ClosedRange<Double>,
        limit: Int = 1000,
        as type: Member.Type = ByteBuffer.self
    ) async throws -> [RedisScoredMember<Member>] {
        var command = RedisCommand("ZRANGE", key: key, room: 128)
        command.append(scores.lowerBound)
        command.append(scores.upperBound)
        command.append("BYSCORE")
        command.append("LIMIT")
        command.append(0)
        command.append(limit)
        command.append("WITHSCORES")
        return try await scored(command)
    }

    /// RESP3 has pairs, RESP2 members and scores in turn.
    private func scored<Member: RESPDecodable>(_ command: RedisCommand) async throws -> [RedisScoredMember<Member>] {
        let answer = try await send(command)
        guard let elements = answer.elements else { throw CacheError.unexpected(answer, for: "a list") }
        if case .array? = elements.first {
            return try elements.map { element in
                guard let pair = element.elements, pair.count == 2 else {
                    throw CacheError.unexpected(element, for: "a member and its score")
                }
                return RedisScoredMember(try Member(resp: pair[0]), score: try Double(resp: pair[1]))
            }
        }
        return try (answer.entries ?? []).map {
            RedisScoredMember(try Member(resp: $0.key), score: try Double(resp: $0.value))
        }
    }
}
