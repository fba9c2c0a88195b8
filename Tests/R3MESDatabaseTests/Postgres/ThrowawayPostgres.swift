// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport
import Synchronization

/// A PostgreSQL of a test's own, to be killed and started again.
///
/// It keeps what it acknowledged: durability is on.
///
/// Its programs are those of the server that the tests were given, and it runs as that server's user, for PostgreSQL refuses root.
final class ThrowawayPostgres: Sendable {
    private let folder: String
    private let programs: String
    private let port: Int
    private let running = Mutex<ChildProcess?>(nil)

    var url: String { "postgres://postgres@127.0.0.1:\(port)/postgres" }

    /// Starts a server, runs the test, and ends the server with all its data.
    static func with(_ body: (ThrowawayPostgres) async throws -> Void) async throws {
        let server = try await ThrowawayPostgres()
        do {
            try await server.start()
            try await body(server)
        } catch {
            await server.remove()
            throw error
        }
        await server.remove()
    }

    private init() async throws {
        programs = try await Self.run(["/bin/sh", "-c", "ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1"])
        folder = try await Self.run(Self.prefix + ["/bin/sh", "-c", "mktemp -d /tmp/r3mes-throwaway.XXXXXX"])
        port = try freePort()
        _ = try await Self.run(
            Self.prefix + [
                "\(programs)/initdb", "--pgdata=\(folder)/data", "--username=postgres", "--auth=trust",
                "--encoding=UTF8", "--no-sync",
            ]
        )
    }

    /// Starts it, and returns when it accepts connections.
    func start() async throws {
        let server = try Self.process(
            Self.prefix + [
                "\(programs)/postgres", "-D", "\(folder)/data", "-p", "\(port)", "-c", "listen_addresses=127.0.0.1",
                "-c", "unix_socket_directories=\(folder)", "-c", "max_connections=100",
            ]
        )
        running.withLock { $0 = server }
        guard await server.standardError.wait(until: { $0.contains("ready to accept connections") }) else {
            throw HarnessError("PostgreSQL did not start: \(server.standardError.text)")
        }
    }

    /// Ends it as a failure of power would, without a word to anybody.
    func kill() async {
        let server = running.withLock { running in
            defer { running = nil }
            return running
        }
        server?.send(SIGQUIT)
        _ = await server?.waitForEnd()
    }

    private func remove() async {
        await kill()
        _ = try? await Self.run(["/bin/rm", "-rf", folder])
    }

    private static var prefix: [String] {
        geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
    }

    /// Programs that PostgreSQL's user runs need a folder that he may enter.
    private static func process(_ command: [String]) throws -> ChildProcess {
        try ChildProcess("/usr/bin/env", ["--chdir=/"] + command)
    }

    private static func run(_ command: [String]) async throws -> String {
        let process = try process(command)
        let end = await process.waitForEnd()
        let output = await process.standardOutput.whole()
        guard end == .exited(0) else {
            throw HarnessError("\(command): \(await process.standardError.whole())")
        }
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
