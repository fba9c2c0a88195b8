// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESCache

/// A Redis server that a test starts for itself, to do to it what isn't done to one that others use.
final class RedisServerProcess: Sendable {
    let port: Int
    let folder: URL
    private let arguments: [String]
    private let portOption: String
    private let process = Mutex<ChildProcess?>(nil)

    /// Starts a server, runs the test, and ends the server, dead or alive.
    static func with(
        _ arguments: [String] = [],
        port portOption: String = "--port",
        _ body: (RedisServerProcess) async throws -> Void
    ) async throws {
        let server = try RedisServerProcess(arguments, portOption)
        do {
            try server.start()
            try await body(server)
        } catch {
            await server.remove()
            throw error
        }
        await server.remove()
    }

    private init(_ arguments: [String], _ portOption: String) throws {
        port = try freePort()
        folder = FileManager.default.temporaryDirectory.appending(path: "r3mes-redis-\(port)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.arguments = arguments
        self.portOption = portOption
    }

    var configuration: RedisClient.Configuration {
        var configuration = RedisClient.Configuration(endpoint: .host("127.0.0.1", port: port))
        // A server that is just being started lets callers wait.
        configuration.options.unavailableAfter = .seconds(20)
        configuration.options.maximumReconnectDelay = .milliseconds(100)
        configuration.commandTimeout = .seconds(20)
        return configuration
    }

    func start() throws {
        let server = try ChildProcess(
            "/usr/bin/env",
            [
                "redis-server", "--port", "0", portOption, "\(port)", "--bind", "127.0.0.1", "--save", "", "--dir",
                folder.path,
            ] + arguments
        )
        process.withLock { $0 = server }
    }

    func send(_ signal: CInt) {
        process.withLock { $0 }?.send(signal)
    }

    /// Ends the server at once, as a crash would.
    func crash() async {
        send(SIGKILL)
        _ = await process.withLock { $0 }?.waitForEnd()
    }

    private func remove() async {
        send(SIGCONT)
        await crash()
        try? FileManager.default.removeItem(at: folder)
    }
}

/// A client that is shut down when a test has done with it.
protocol TemporaryClient: Sendable {
    func shutdown(within limit: Duration) async
}

extension RedisClient: TemporaryClient {}
extension RedisClusterClient: TemporaryClient {}

extension TemporaryClient {
    /// Runs a test with the client, which is shut down afterwards.
    func use(_ body: (Self) async throws -> Void) async throws {
        do {
            try await body(self)
        } catch {
            await shutdown(within: .zero)
            throw error
        }
        await shutdown(within: .seconds(5))
    }
}

/// Runs a test with a client, which is shut down afterwards.
func withClient(
    _ configuration: RedisClient.Configuration,
    _ body: (RedisClient) async throws -> Void
) async throws {
    try await RedisClient(configuration).use(body)
}
