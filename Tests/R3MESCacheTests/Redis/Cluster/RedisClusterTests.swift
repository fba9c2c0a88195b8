// SPDX-License-Identifier: Apache-2.0

import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite(
    "A client of a Redis cluster",
    .serialized,
    .timeLimit(.minutes(5)),
    .enabled(if: TestServices.redis.shouldRun, .init(rawValue: TestServices.redis.reason))
)
struct RedisClusterTests {
    @Test("commands, split commands, pipelines and scripts reach the nodes of their keys")
    func routes() async throws {
        try await RedisClusterProcesses.with { processes in
            try await withCluster(processes.configuration) { (client) async throws in
                let keys = (0..<100).map { "key:\($0)" }
                let pairs = keys.enumerated().flatMap { [$1, "\($0)"] }
                _ = try await client.send(RedisCommand("MSET", pairs))
                let values = try await [String](resp: client.send(RedisCommand("MGET", keys)))
                #expect(values == (0..<100).map(String.init))
                for node in processes.nodes {
                    #expect(try await Int(resp: node.client.command("DBSIZE")) > 0)
                }
                let commands =
                    keys.map { RedisCommand("GET", [$0]) } + [RedisCommand("MGET", keys), RedisCommand("PING")]
                let answers = try await client.pipeline(commands)
                #expect(try answers.prefix(100).map { try String(resp: $0) } == values)
                #expect(try [String](resp: answers[100]) == values)
                let script = RedisScript("return redis.call('GET', KEYS[1])")
                for (key, value) in zip(keys, values) {
                    #expect(try await String(resp: client.run(script, keys: [key])) == value)
                }
                #expect(try await client.masters().count == 3)
                #expect(try await Int(resp: client.send(RedisCommand("DEL", keys))) == 100)
            }
        }
    }

    @Test("slots that move under load lose no increment, give no wrong answer and no error")
    func moves() async throws {
        try await RedisClusterProcesses.with { processes in
            try await withCluster(processes.configuration) { (client) async throws in
                let slot = ClusterSlot.of("{a}".utf8)
                var owner = slot * 3 / ClusterSlot.count
                let callers = 20
                let counts = Shared([Int](repeating: 0, count: callers))
                let isOver = Shared(false)
                try await withThrowingTaskGroup { group in
                    for caller in 0..<callers {
                        group.addTask {
                            let key = "{a}:\(caller)"
                            var count: Int64 = 0
                            while !isOver.value {
                                count += 1
                                #expect(try await Int64(resp: client.send(RedisCommand("INCR", [key]))) == count)
                                #expect(try await String(resp: client.send(RedisCommand("GET", [key]))) == "\(count)")
                                let pair = try await client.pipeline([
                                    RedisCommand("INCR", [key]), RedisCommand("INCR", [key]),
                                ])
                                count += 2
                                #expect(pair == [.integer(count - 1), .integer(count)])
                                counts.update { [count] counts in counts[caller] = Int(count) }
                            }
                        }
                    }
                    for _ in 0..<12 {
                        let target = (owner + 1) % 3
                        let before = counts.value.reduce(0, +)
                        try await processes.move(slot, from: owner, to: target)
                        owner = target
                        try await eventually { counts.value.reduce(0, +) > before + 100 }
                    }
                    isOver.update { $0 = true }
                    try await group.waitForAll()
                }
                for (caller, count) in counts.value.enumerated() {
                    #expect(try await Int(resp: client.send(RedisCommand("GET", ["{a}:\(caller)"]))) == count)
                }
            }
        }
    }

    @Test("without one node the commands of its slots fail, and the others go on")
    func killed() async throws {
        try await RedisClusterProcesses.with { processes in
            try await withCluster(processes.configuration) { (client) async throws in
                let keys = (0..<30).map { "key:\($0)" }
                for key in keys { _ = try await client.send(RedisCommand("SET", [key, key])) }
                await processes.nodes[0].server.crash()
                for key in keys {
                    let isLost = ClusterSlot.of(key.utf8) < ClusterSlot.count / 3
                    do {
                        #expect(try await String(resp: client.send(RedisCommand("GET", [key]))) == key)
                        #expect(!isLost)
                    } catch let error as CacheError {
                        #expect(isLost, "\(error)")
                        let isClear =
                            [.unavailable, .connectionLost].contains(error.code)
                            || error.serverError?.code == "CLUSTERDOWN"
                        #expect(isClear, "\(error)")
                    }
                }
            }
        }
    }
}
