// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// An entry of a stream.
public struct RedisStreamEntry: Hashable, Sendable {
    /// Its id, such as `1526919030474-55`.
    public let id: String
    /// Its fields in order; empty for one that was deleted before it was acknowledged.
    public let fields: [RESPMapEntry]
}

extension RedisCommandExecutor {
    /// Appends an entry to a stream and returns its id.
    ///
    /// `XADD`.
    ///
    /// - Parameters:
    ///   - key: The stream.
    ///   - fields: The entry's fields.
    ///   - id: Its id; the default lets the server choose.
    ///   - length: Lets the stream have about that many entries, the oldest go; nil for no limit.
    @discardableResult
    public func xadd(
        _ key: String,
        _ fields: [(field: String, value: some RedisArgument)],
        id: String = "*",
        trimmingTo length: Int? = nil
    ) async throws -> String {
        var command = RedisCommand("XADD", key: key, room: 64 + 48 * fields.count)
        if let length {
            command.append("MAXLEN")
            command.append("~")
            command.append(length)
        }
        command.append(id)
        for (field, value) in fields {
            command.append(field)
            command.append(value)
        }
        return try await value(of: command)
    }

    /// The entries between two ids, both inclusive.
    ///
    /// `XRANGE`.
    public func xrange(
        _ key: String,
        from first: String = "-",
        through last: String = "+",
        count: Int = 1000
    ) async throws -> [RedisStreamEntry] {
        var command = RedisCommand("XRANGE", key: key, room: 96)
        command.append(first)
        command.append(last)
        command.append("COUNT")
        command.append(count)
        return try await send(command).streamEntries
    }

    /// The entries of streams after an id each.
    ///
    /// `XREAD`, without waiting; to wait, see ``RedisConnection``.
    public func xread(_ streams: [(key: String, after: String)], count: Int = 1000) async throws -> [String:
        [RedisStreamEntry]]
    {
        guard !streams.isEmpty else { return [:] }
        var command = RedisCommand("XREAD", room: 64 * streams.count + 64)
        command.append("COUNT")
        command.append(count)
        command.append("STREAMS")
        return try await read(&command, streams)
    }

    /// New entries of streams for a member of a group.
    ///
    /// `XREADGROUP`, without waiting.
    ///
    /// - Parameters:
    ///   - group: The group, made by ``xgroupCreate(_:_:after:)``.
    ///   - consumer: The member's name.
    ///   - streams: Each with `>` for entries that nobody has got yet, or an id for those this member hasn't acknowledged.
    ///   - count: How many at most.
    public func xreadgroup(
        _ group: String,
        _ consumer: String,
        _ streams: [(key: String, after: String)],
        count: Int = 1000
    ) async throws -> [String: [RedisStreamEntry]] {
        guard !streams.isEmpty else { return [:] }
        var command = RedisCommand("XREADGROUP", room: 64 * streams.count + 96)
        for argument in ["GROUP", group, consumer, "COUNT"] {
            command.append(argument)
        }
        command.append(count)
        command.append("STREAMS")
        return try await read(&command, streams)
    }

    /// Makes a group of readers, and the stream if there is none.
    ///
    /// `XGROUP CREATE … MKSTREAM`.
    public func xgroupCreate(_ key: String, _ group: String, after id: String = "$") async throws {
        var command = RedisCommand("XGROUP")
        command.append("CREATE")
        command.append(key: key)
        for argument in [group, id, "MKSTREAM"] {
            command.append(argument)
        }
        try await run(command)
    }

    /// Tells that entries have been dealt with, and returns how many had not.
    ///
    /// `XACK`.
    @discardableResult
    public func xack(_ key: String, _ group: String, _ ids: [String]) async throws -> Int {
        guard !ids.isEmpty else { return 0 }
        return try await value(of: RedisCommand("XACK", key: key, members: [group] + ids))
    }

    /// Removes entries and returns how many there were.
    ///
    /// `XDEL`.
    @discardableResult
    public func xdel(_ key: String, _ ids: [String]) async throws -> Int {
        guard !ids.isEmpty else { return 0 }
        return try await value(of: RedisCommand("XDEL", key: key, members: ids))
    }

    /// How many entries a stream has.
    ///
    /// `XLEN`.
    public func xlen(_ key: String) async throws -> Int {
        try await value(of: RedisCommand("XLEN", key: key))
    }

    private func read(
        _ command: inout RedisCommand,
        _ streams: [(key: String, after: String)]
    ) async throws -> [String: [RedisStreamEntry]] {
        for stream in streams {
            command.append(key: stream.key)
        }
        for stream in streams {
            command.append(stream.after)
        }
        let answer = try await send(command)
        if case .null = answer { return [:] }
        // A map in RESP3, a list of pairs in RESP2.
        var result: [String: [RedisStreamEntry]] = [:]
        if case .map(let entries) = answer {
            for entry in entries {
                result[try String(resp: entry.key)] = try entry.value.streamEntries
            }
            return result
        }
        for pair in answer.elements ?? [] {
            guard let parts = pair.elements, parts.count == 2 else {
                throw CacheError.unexpected(pair, for: "a stream and its entries")
            }
            result[try String(resp: parts[0])] = try parts[1].streamEntries
        }
        return result
    }
}

extension RESPValue {
    fileprivate var streamEntries: [RedisStreamEntry] {
        get throws(CacheError) {
            guard let elements else { throw .unexpected(self, for: "a list of entries") }
            return try elements.map { element throws(CacheError) in
                guard let parts = element.elements, parts.count == 2 else {
                    throw .unexpected(element, for: "an entry of a stream")
                }
                return RedisStreamEntry(id: try String(resp: parts[0]), fields: parts[1].entries ?? [])
            }
        }
    }
}
