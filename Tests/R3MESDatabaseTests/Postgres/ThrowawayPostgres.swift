// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport

/// A PostgreSQL of a test's own, to be killed and started again.
///
/// It keeps what it acknowledged: durability is on.
///
/// Its programs are those of the server that the tests were given, and it runs as that server's user, for PostgreSQL refuses root.
final class ThrowawayPostgres: Sendable {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private let folder: String
    private let programs: String
    private let port: Int

    var url: String { "postgres://postgres@127.0.0.1:\(port)/postgres" }

    /// Makes its data and starts it.
    init() throws {
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
        try start()
    }

    func start() throws {
        let options =
            "-p \(port) -c listen_addresses=127.0.0.1 -c unix_socket_directories=\(folder) -c max_connections=100"
        _ = try Self.asPostgres(
            "\(programs)/pg_ctl",
            "start",
            "--pgdata=\(folder)/data",
            "--log=\(folder)/log",
            "--wait",
            "--options=\(options)"
        )
    }

    /// Ends it as a failure of power would, without a word to anybody.
    func kill() throws {
        _ = try Self.asPostgres("\(programs)/pg_ctl", "stop", "--pgdata=\(folder)/data", "--mode=immediate", "--wait")
    }

    /// Ends it, and removes its data.
    func remove() {
        _ = try? kill()
        _ = try? Self.asPostgres("/bin/rm", "-rf", folder)
    }

    @discardableResult
    private static func asPostgres(_ command: String...) throws -> String {
        let isRoot = geteuid() == 0
        let prefix = isRoot ? ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
        return try run(prefix + command)
    }

    private static func run(_ command: String...) throws -> String {
        try run(command)
    }

    private static func run(_ command: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("r3mes-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: output) }
        // A file and no pipe, which the server would inherit and keep open.
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
