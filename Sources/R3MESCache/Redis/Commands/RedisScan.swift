// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Keys, members or fields as they are found by `SCAN` and its kin, in bounded steps that hold nobody up.
///
/// What is there for the whole time comes at least once; it may come twice, and what comes or goes meanwhile may or may
/// not. A batch may be empty, which isn't the end. Each batch costs one round trip, made when it is asked for.
public struct RedisScan<Item: RESPDecodable>: AsyncSequence, Sendable {
    let executor: any RedisCommandExecutor
    let makeCommand: @Sendable (_ cursor: String) -> RedisCommand

    /// Starts a scan.
    public func makeAsyncIterator() -> Iterator {
        Iterator(scan: self)
    }

    /// One scan under way.
    public struct Iterator: AsyncIteratorProtocol {
        let scan: RedisScan
        private var cursor: String? = "0"

        init(scan: RedisScan) {
            self.scan = scan
        }

        /// The next batch; nil at the end.
        public mutating func next() async throws -> [Item]? {
            guard let cursor else { return nil }
            let answer = try await scan.executor.send(scan.makeCommand(cursor))
            guard let parts = answer.elements, parts.count == 2 else {
                throw CacheError.unexpected(answer, for: "a cursor and a list")
            }
            let next = try String(resp: parts[0])
            self.cursor = next == "0" ? nil : next
            return try [Item](resp: parts[1])
        }
    }
}

extension RedisCommandExecutor {
    /// All keys that match a pattern, batch by batch.
    ///
    /// `SCAN`.
    ///
    /// - Parameters:
    ///   - pattern: A glob such as `user:*`; nil for all.
    ///   - type: Only keys with this type of value, such as `string`; nil for all.
    ///   - count: About how many keys are looked at in a step. The default is 500.
    public func scan(matching pattern: String? = nil, type: String? = nil, count: Int = 500) -> RedisScan<String> {
        RedisScan(executor: self) { cursor in
            var command = RedisCommand("SCAN", room: 96)
            command.append(cursor)
            command.append(matching: pattern, count: count)
            if let type {
                command.append("TYPE")
                command.append(type)
            }
            return command
        }
    }

    /// The members of a set, batch by batch.
    ///
    /// `SSCAN`.
    public func sscan(_ key: String, matching pattern: String? = nil, count: Int = 500) -> RedisScan<ByteBuffer> {
        scan("SSCAN", key, pattern, count)
    }

    /// The fields of a hash and their values in turn, batch by batch.
    ///
    /// `HSCAN`.
    public func hscan(_ key: String, matching pattern: String? = nil, count: Int = 500) -> RedisScan<ByteBuffer> {
        scan("HSCAN", key, pattern, count)
    }

    /// The members of a sorted set and their scores in turn, batch by batch.
    ///
    /// `ZSCAN`.
    public func zscan(_ key: String, matching pattern: String? = nil, count: Int = 500) -> RedisScan<ByteBuffer> {
        scan("ZSCAN", key, pattern, count)
    }

    private func scan<Item>(
        _ name: StaticString,
        _ key: String,
        _ pattern: String?,
        _ count: Int
    ) -> RedisScan<Item> {
        RedisScan(executor: self) { cursor in
            var command = RedisCommand(name, key: key, room: 96)
            command.append(cursor)
            command.append(matching: pattern, count: count)
            return command
        }
    }
}

extension RedisCommand {
    fileprivate mutating func append(matching pattern: String?, count: Int) {
        if let pattern {
            append("MATCH")
            append(pattern)
        }
        append("COUNT")
        append(Swift.max(count, 1))
    }
}
