// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import R3MESCache

@Suite("Keys of commands in a cluster")
struct CommandSplitTests {
    private func slot(_ key: String) -> Int { ClusterSlot.of(key.utf8) }

    @Test("a command goes by its keys, wherever they stand")
    func keys() throws {
        let commands = [
            RedisCommand("GET", ["key"]), RedisCommand("get", key: "key"),
            RedisCommand("EVAL", ["text", 1, "key", "x"]),
            RedisCommand("ZUNION", [1, "key"]), RedisCommand("ZUNIONSTORE", ["key", 1, "{key}2"]),
            RedisCommand("OBJECT", ["ENCODING", "key"]), RedisCommand("XREAD", ["COUNT", 1, "streams", "key", "0"]),
            RedisCommand("BITOP", ["NOT", "key", "{key}2"]), RedisCommand("MSET", ["key", "a", "{key}2", "b"]),
        ]
        for command in commands {
            let split = try CommandSplit(command)
            #expect(split.parts.map(\.slot) == [slot("key")], "\(command.name)")
        }
    }

    @Test("what has no keys, or says it wrongly, goes to any node")
    func none() throws {
        let commands = [
            RedisCommand("PING"), RedisCommand("EVAL", ["text", 0, "x"]), RedisCommand("EVAL", ["text"]),
            RedisCommand("EVAL", ["text", -1, "x"]), RedisCommand("MGET"), RedisCommand("XREAD", ["STREAMS"]),
            RedisCommand("XREAD"), RedisCommand("MEMORY", ["STATS"]), RedisCommand("EVAL", ["text", "x", "y"]),
        ]
        for command in commands {
            let split = try CommandSplit(command)
            #expect(split.parts.map(\.slot) == [nil], "\(command.name)")
        }
    }

    @Test("keys of different slots are refused where a command can't be split")
    func refused() {
        let commands = [
            RedisCommand("SINTER", ["a", "b"]), RedisCommand("RENAME", ["a", "b"]),
            RedisCommand("MSETNX", ["a", 1, "b", 2]),
            RedisCommand("EVAL", ["text", 2, "a", "b"]), RedisCommand("SCAN", [0]),
            RedisCommand("MSET", ["a", 1, "b"]),
            RedisCommand("EVAL", ["text", Int.max, "a", "b"]),
        ]
        for command in commands {
            let error = #expect(throws: CacheError.self) { try CommandSplit(command) }
            #expect(error?.code == .unsupportedCommand)
        }
    }

    @Test("answers to the parts are put back in the order of the keys")
    func joined() throws {
        let split = try CommandSplit(RedisCommand("MGET", ["a", "b", "{a}2", "a"]))
        #expect(split.parts.map(\.keys) == [[0, 2, 3], [1]])
        let words = split.parts.map { $0.command.words.map { String(buffer: $0) } }
        #expect(words == [["MGET", "a", "{a}2", "a"], ["MGET", "b"]])
        let joined = try split.join([.array([.integer(1), .integer(3), .integer(4)]), .array([.integer(2)])])
        #expect(joined == .array((1...4).map { .integer($0) }))
        #expect(throws: CacheError.self) { try split.join([.array([]), .array([])]) }
        let failed = try split.join([.array([]), .error(RESPError("ERR"))])
        #expect(failed == .error(RESPError("ERR")))
        let sum = try CommandSplit(RedisCommand("DEL", ["a", "b"])).join([.integer(1), .integer(2)])
        #expect(sum == .integer(3))
    }
}
