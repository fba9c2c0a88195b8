// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A PostgreSQL of a test's own, to be killed and started again.
///
/// It keeps what it acknowledged: durability is on.
///
/// Its programs are those of the server that the tests were given, and it runs as that server's user, for PostgreSQL refuses root.
final class ThrowawayPostgres: Sendable {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs the server until it is told to end or the tests are no more, in whatever way they ended.
    private static let keeper = #"""
        tests=$1; shift
        "$@" >>"$0" 2>&1 &
        server=$!
        trap 'kill -QUIT $server; wait $server; exit' TERM
        while [ -d /proc/$tests ] && kill -0 $server 2>/dev/null; do sleep 0.1; done
        kill -QUIT $server; wait $server
        """#

    private let folder: String
    private let programs: String
    private let port: Int
    private let running = Mutex<Process?>(nil)

    var url: String { "postgres://postgres@127.0.0.1:\(port)/postgres" }

    /// Makes its data and starts it.
    init() async throws {
        let found = try Self.run("/bin/sh", "-c", "ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1")
        programs = found.trimmingCharacters(in: .whitespacesAndNewlines)
        let made = try Self.asPostgres("/bin/sh", "-c", "mktemp -d /tmp/r3mes-throwaway.XXXXXX")
        folder = made.trimmingCharacters(in: .whitespacesAndNewlines)
        port = Int.random(in: 20_000..<32_000)
        _ = try Self.asPostgres(
            "\(programs)/initdb",
            "--pgdata=\(folder)/data",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-sync"
        )
        try await start()
    }

    /// Starts it, and returns when it accepts connections.
    func start() async throws {
        let process = Self.process(
            Self.prefix + [
                "/bin/sh", "-c", Self.keeper, "\(folder)/log", "\(getpid())",
                "\(programs)/postgres", "-D", "\(folder)/data", "-p", "\(port)", "-c", "listen_addresses=127.0.0.1",
                "-c", "unix_socket_directories=\(folder)", "-c", "max_connections=100",
            ]
        )
        process.standardInput = FileHandle.nullDevice
        try process.run()
        running.withLock { $0 = process }
        for _ in 0..<600 {
            if (try? Self.run("\(programs)/pg_isready", "--host=127.0.0.1", "--port=\(port)", "--quiet")) != nil {
                return
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw Failed(
            description:
                "PostgreSQL did not start: \((try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "")"
        )
    }

    /// Ends it as a failure of power would, without a word to anybody.
    func kill() {
        let ended = running.withLock { running in
            defer { running = nil }
            return running
        }
        ended?.terminate()
        ended?.waitUntilExit()
    }

    /// Ends it, and removes its data.
    func remove() {
        kill()
        _ = try? Self.asPostgres("/bin/rm", "-rf", folder)
    }

    private static var prefix: [String] {
        geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
    }

    @discardableResult
    private static func asPostgres(_ command: String...) throws -> String {
        try run(prefix + command)
    }

    private static func run(_ command: String...) throws -> String {
        try run(command)
    }

    private static func process(_ command: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        return process
    }

    private static func run(_ command: [String]) throws -> String {
        let process = process(command)
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("r3mes-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: output) }
        let handle = try FileHandle(forWritingTo: output)
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        process.waitUntilExit()
        try handle.close()
        let text = try String(contentsOf: output, encoding: .utf8)
        guard process.terminationStatus == 0 else {
            throw Failed(description: "\(command): \(text)")
        }
        return text
    }
}
