// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport
import Testing

@testable import R3MESCache

/// A master, a replica and three sentinels on loopback.
struct SentinelProcesses: Sendable {
    static let master = "the-master"

    let servers: [RedisServerProcess]
    let sentinelPorts: [Int]

    static func with(_ body: (SentinelProcesses) async throws -> Void) async throws {
        try await RedisServerProcess.with { master in
            try await RedisServerProcess.with(["--replicaof", "127.0.0.1", "\(master.port)"]) { replica in
                try await withSentinels(of: master.port, []) { ports in
                    let all = SentinelProcesses(servers: [master, replica], sentinelPorts: ports)
                    try await all.waitUntilReady()
                    try await body(all)
                }
            }
        }
    }

    private static func withSentinels(
        of master: Int,
        _ started: [Int],
        _ body: ([Int]) async throws -> Void
    ) async throws {
        guard started.count < 3 else { return try await body(started) }
        let port = try freePort()
        let folder = FileManager.default.temporaryDirectory.appending(path: "r3mes-sentinel-\(port)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Sentinel writes what it learns into its configuration.
        let file = folder.appending(path: "sentinel.conf")
        try """
        port \(port)
        bind 127.0.0.1
        dir \(folder.path)
        sentinel monitor \(Self.master) 127.0.0.1 \(master) 2
        sentinel down-after-milliseconds \(Self.master) 1000
        sentinel failover-timeout \(Self.master) 5000

        """.write(to: file, atomically: true, encoding: .utf8)
        let process = try ChildProcess("/usr/bin/env", ["redis-server", file.path, "--sentinel"])
        func remove() async {
            process.send(SIGKILL)
            _ = await process.waitForEnd()
            try? FileManager.default.removeItem(at: folder)
        }
        do {
            try await withSentinels(of: master, started + [port], body)
        } catch {
            await remove()
            throw error
        }
        await remove()
    }

    /// Once each sentinel knows the replica and the two others.
    private func waitUntilReady() async throws {
        for port in sentinelPorts {
            var configuration = RedisClient.Configuration(endpoint: .host("127.0.0.1", port: port))
            configuration.options.unavailableAfter = .seconds(20)
            configuration.commandTimeout = .seconds(20)
            try await withClient(configuration) { sentinel in
                try await eventually {
                    let replicas = try await sentinel.command("SENTINEL", "REPLICAS", Self.master)
                    let others = try await sentinel.command("SENTINEL", "SENTINELS", Self.master)
                    return replicas.elements?.count == 1 && others.elements?.count == 2
                }
            }
        }
    }

    var configuration: RedisClient.Configuration {
        var configuration = RedisClient.Configuration(
            endpoint: .sentinels(sentinelPorts.map { ("127.0.0.1", $0) }, master: Self.master)
        )
        configuration.options.unavailableAfter = .seconds(20)
        configuration.options.maximumReconnectDelay = .milliseconds(200)
        configuration.commandTimeout = .seconds(20)
        return configuration
    }
}
