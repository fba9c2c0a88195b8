// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESCache

@Suite("A Redis that sentinels watch over")
struct SentinelTests {
    @Test("a client goes on with the new master when the old one is killed under load")
    func failover() async throws {
        try await SentinelProcesses.with { processes in
            try await withClient(processes.configuration) { client in
                try await client.waitForReplica()
                let load = Load()
                try await withThrowingTaskGroup { group in
                    for caller in 0..<8 {
                        group.addTask { await load.run(caller, on: client) }
                    }
                    let killed = try await client.serverPort()
                    try await eventually { load.answers > 100 }
                    await processes.servers.first { $0.port == killed }?.crash()
                    try await eventually {
                        // What was under way is lost, and while there is no master there is no answer.
                        guard (try? await client.set("after", to: "yes")) != nil else { return false }
                        return try await client.serverPort() != killed
                    }
                    let answers = load.answers
                    try await eventually { load.answers > answers + 100 }
                    load.stop()
                    try await group.waitForAll()
                }
                #expect(load.wrongAnswers == 0)
                #expect(try await client.get("after", as: String.self) == "yes")
            }
        }
    }

    @Test("a name that no sentinel knows is told")
    func unknownMaster() async throws {
        try await SentinelProcesses.with { processes in
            var configuration = processes.configuration
            configuration.endpoint = .sentinels(
                processes.sentinelPorts.map { ("127.0.0.1", $0) },
                master: "another"
            )
            configuration.options.unavailableAfter = .zero
            try await withClient(configuration) { client in
                let error = await #expect(throws: CacheError.self) { try await client.get("key", as: String.self) }
                #expect(error?.code == .unavailable)
            }
        }
    }
}

/// Callers that each ask for an echo of their own.
private final class Load: Sendable {
    private let state = Mutex((answers: 0, wrong: 0, isOver: false))

    var answers: Int { state.withLock { $0.answers } }
    var wrongAnswers: Int { state.withLock { $0.wrong } }

    func stop() {
        state.withLock { $0.isOver = true }
    }

    func run(_ caller: Int, on client: RedisClient) async {
        var number = 0
        while !state.withLock({ $0.isOver }), !Task.isCancelled {
            number += 1
            let text = "\(caller)-\(number)"
            do {
                let answer = try await String(resp: client.command("ECHO", text))
                state.withLock { state in
                    state.answers += 1
                    if answer != text { state.wrong += 1 }
                }
            } catch {
                await Task.yield()
            }
        }
    }
}

extension RedisClient {
    /// The port that the server itself listens on.
    fileprivate func serverPort() async throws -> Int {
        let lines = try await String(resp: command("INFO", "server")).split(whereSeparator: \.isNewline)
        return lines.lazy.compactMap { line in
            line.hasPrefix("tcp_port:") ? Int(line.dropFirst("tcp_port:".count)) : nil
        }.first ?? 0
    }

    fileprivate func waitForReplica() async throws {
        try await eventually {
            try await String(resp: self.command("INFO", "replication")).contains("state=online")
        }
    }
}
