// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESCache

@Suite(
    "A Redis client in trouble",
    .serialized,
    .timeLimit(.minutes(3)),
    .enabled(if: TestServices.redis.shouldRun, .init(rawValue: TestServices.redis.reason))
)
struct RedisFaultTests {
    @Test("a server that is killed fails what was in flight, and serves again once it is back")
    func killed() async throws {
        try await RedisServerProcess.with { server in
            try await withClient(server.configuration) { (client) async throws in
                try await client.set("key", to: "value")
                try await client.withConnection { _ in }
                server.send(SIGSTOP)
                let command = Task { try await client.get("key", as: String.self) }
                try await eventually { !client.connections[0].isDrained }
                await server.crash()
                let error = await #expect(throws: CacheError.self) { try await command.value }
                #expect(error?.code == .connectionLost)
                // Waits for the new server rather than failing.
                let waiting = Task { try await client.get("key", as: String.self) }
                try server.start()
                #expect(try await waiting.value == nil)
            }
        }
    }

    @Test("without a server commands fail fast after a while, and work again when it is there")
    func away() async throws {
        try await RedisServerProcess.with { server in
            await server.crash()
            var configuration = server.configuration
            configuration.options.unavailableAfter = .milliseconds(50)
            try await withClient(configuration) { (client) async throws in
                let error = await #expect(throws: CacheError.self) { try await client.ping() }
                #expect(error?.code == .unavailable)
                try server.start()
                try await eventually {
                    try await client.ping()
                    return true
                }
            }
        }
    }

    @Test("a server that stands still lets callers go in time, and its late answers go to nobody")
    func paused() async throws {
        try await RedisServerProcess.with { server in
            try await withClient(server.configuration) { (client) async throws in
                try await client.set("late", to: "late")
                server.send(SIGSTOP)
                for _ in 0..<50 {
                    let error = await #expect(throws: CacheError.self) {
                        try await client.send(RedisCommand("GET", ["late"]), timeout: .milliseconds(5))
                    }
                    #expect(error?.code == .deadlineExceeded)
                }
                server.send(SIGCONT)
                for index in 0..<100 {
                    #expect(try await String(resp: client.command("ECHO", "\(index)")) == "\(index)")
                }
            }
        }
    }

    @Test("a silent connection is replaced")
    func silent() async throws {
        try await RedisServerProcess.with { server in
            var configuration = server.configuration
            configuration.options.healthCheckInterval = .milliseconds(100)
            try await withClient(configuration) { (client) async throws in
                try await client.ping()
                server.send(SIGSTOP)
                let error = await #expect(throws: CacheError.self) { try await client.ping() }
                #expect(error?.code == .connectionLost)
                server.send(SIGCONT)
                try await client.ping()
            }
        }
    }

    @Test("a full server refuses writes in its own words and still reads")
    func full() async throws {
        try await RedisServerProcess.with(["--maxmemory", "2mb", "--maxmemory-policy", "noeviction"]) { server in
            try await withClient(server.configuration) { (client) async throws in
                try await client.set("small", to: "value")
                let error = await #expect(throws: CacheError.self) {
                    for index in 0..<100 {
                        try await client.set("large:\(index)", to: String(repeating: "x", count: 100_000))
                    }
                }
                #expect(error?.serverError?.code == "OOM")
                #expect(try await client.get("small", as: String.self) == "value")
            }
        }
    }

    @Test("a connection cut within an answer gives nobody half an answer, or another's")
    func cut() async throws {
        try await RedisServerProcess.with { server in
            var generator = SeededGenerator()
            for _ in 0..<30 {
                // Beyond the handshake's answer, which comes first.
                let cut = Int.random(in: 300...60_000, using: &generator)
                let proxy = try await CuttingProxy(to: server.port, cutAfter: cut)
                var configuration = server.configuration
                configuration.endpoint = .host("127.0.0.1", port: proxy.port)
                try await withClient(configuration) { (client) async throws in
                    try await echoes(500, client: client, seed: generator.seed) { error in
                        (error as? CacheError)?.code == .connectionLost
                    }
                }
                try await proxy.stop()
            }
        }
    }

    @Test("of callers cancelled at random nobody gets the answer of another", arguments: [1, 3])
    func cancelled(connections: Int) async throws {
        try await RedisServerProcess.with { server in
            var configuration = server.configuration
            configuration.connectionCount = connections
            try await withClient(configuration) { (client) async throws in
                var generator = SeededGenerator()
                for _ in 0..<10 {
                    let tasks = (0..<1000).map { index in
                        Task {
                            let text = "\(index):\(String(repeating: "x", count: index % 300))"
                            let answer = try await String(resp: client.command("ECHO", text))
                            #expect(answer == text)
                        }
                    }
                    for task in tasks where generator.oneIn(2) {
                        task.cancel()
                        if generator.oneIn(50) { await Task.yield() }
                    }
                    for task in tasks {
                        switch await task.result {
                        case .success: break
                        case .failure(let error):
                            #expect(error is CancellationError, "R3MES_TEST_SEED=\(generator.seed)")
                        }
                    }
                }
                try await echoes(100, client: client, seed: generator.seed) { _ in false }
                #expect(client.connections.allSatisfy { $0.isDrained })
            }
        }
    }

    /// Many callers at once, each of whom must get what he said, or an error that is allowed.
    private func echoes(
        _ count: Int,
        client: RedisClient,
        seed: UInt64,
        allowing isAllowed: @escaping @Sendable (any Error) -> Bool
    ) async throws {
        await withTaskGroup { group in
            for index in 0..<count {
                group.addTask {
                    let text = "\(index):\(String(repeating: "y", count: index % 200))"
                    do {
                        let answer = try await String(resp: client.command("ECHO", text))
                        #expect(answer == text, "R3MES_TEST_SEED=\(seed)")
                    } catch {
                        #expect(isAllowed(error), "R3MES_TEST_SEED=\(seed)")
                    }
                }
            }
        }
    }
}
