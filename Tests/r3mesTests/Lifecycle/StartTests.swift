// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESService
import R3MESTestSupport
import Testing

@Suite("Start", .timeLimit(.minutes(3)))
struct StartTests {
    @Test("The first start prints an admin key, later ones do not, and the key goes on working")
    func adminKey() async throws {
        try await TemporaryFolder.with { folder in
            let key = try await RunningService.with(in: folder) { try #require($0.adminKey) }
            try await RunningService.with(in: folder) { service in
                #expect(service.adminKey == nil)
                #expect(!service.process.standardOutput.text.contains("r3k_"))
                try await service.session(key: key).register([WalletAddress.numbered(0).description])
            }
        }
    }

    @Test("A start that fails uses up no admin key: the next one prints it")
    func adminKeyAfterFailure() async throws {
        try await RunningService.with { service in
            try await TemporaryFolder.with { folder in
                let failed = try await Command.run("serve", "--port", "\(service.port)", in: folder)
                #expect(failed.exitCode == 1)
                try await RunningService.with(in: folder) { second in
                    #expect(second.adminKey != nil)
                }
            }
        }
    }

    @Test("A start with --demo fills an empty database, and no other")
    func demo() async throws {
        try await TemporaryFolder.with { folder in
            for count in ["5", "8"] {
                try await RunningService.with(["--demo", count], in: folder) { service in
                    let users = try await service.anonymous.all("/v1/users", limit: 100, of: UserBody.self)
                    #expect(users.count == 5)
                }
            }
        }
    }

    @Test("A taken port is one line on standard error and exit code 1")
    func takenPort() async throws {
        try await RunningService.with { service in
            try await TemporaryFolder.with { folder in
                let command = try await Command.run("serve", "--port", "\(service.port)", in: folder)
                command.expectOneLine(exitCode: 1, containing: "Port \(service.port) on 127.0.0.1 is taken")
                #expect(try folder.names().isSubset(of: ["r3mes.sqlite"]), "the database was not closed")
            }
            #expect(try await service.anonymous.get("/health/ready").status == 200)
        }
    }

    @Test("A foreign address is one line on standard error and exit code 1")
    func foreignAddress() async throws {
        try await TemporaryFolder.with { folder in
            for host in ["192.0.2.1", "no-such-host.invalid"] {
                let command = try await Command.run("serve", "--port", "0", "--host", host, in: folder)
                command.expectOneLine(exitCode: 1, containing: host)
            }
        }
    }

    @Test("A database that cannot be opened is one line on standard error and exit code 1, for every command")
    func badDatabase() async throws {
        try await TemporaryFolder.with { folder in
            let text = try folder.write("text.sqlite", String(repeating: "This is no database. ", count: 500))
            let users = try folder.write("users.csv", "wallet_address\n")
            let commands = [
                ["serve", "--port", "0"], ["migrate"], ["audit"], ["keys", "list"], ["demo", "--users", "1"],
                ["import", users],
            ]
            let places = [
                (folder.path + "/missing/r3mes.sqlite", "is not there"),
                (folder.path, "it is a folder"),
                (text, "not an SQLite database"),
                (text + "/below.sqlite", "is not there"),
                ("/proc/r3mes.sqlite", "cannot be opened"),
            ]
            for command in commands {
                for (path, reason) in places {
                    let run = try await Command.run(command, in: folder, database: "sqlite:\(path)")
                    run.expectOneLine(exitCode: 1, containing: reason)
                }
            }
        }
    }

    @Test(
        "A database that may not be written is one line on standard error and exit code 1",
        .enabled(if: getuid() != 0, "the administrator may write everything")
    )
    func readOnlyDatabase() async throws {
        try await TemporaryFolder.with { folder in
            try await Command.run("migrate", in: folder).expectGood()
            for path in [folder.database, folder.path] {
                chmod(path, path == folder.path ? 0o555 : 0o444)
                let command = try await Command.run("serve", "--port", "0", in: folder)
                command.expectOneLine(exitCode: 1, containing: "this user may not write")
                chmod(path, 0o755)
            }
        }
    }

    @Test("A locked database is one line on standard error and exit code 1", arguments: [true, false])
    func lockedDatabase(isNew: Bool) async throws {
        try await TemporaryFolder.with { folder in
            if !isNew { try await Command.run("migrate", in: folder).expectGood() }
            let lock = try WriteLock(on: folder.database, isExclusive: true)
            let command = try await Command.run(
                "serve",
                "--port",
                "0",
                in: folder,
                environment: ["R3MES_DATABASE_BUSY_TIMEOUT": "50ms"]
            )
            command.expectOneLine(exitCode: 1, containing: "locked by another program")
            try lock.release()
            try await RunningService.with(in: folder) { #expect($0.adminKey != nil) }
        }
    }

    @Test("A database of a newer version is left alone")
    func newerDatabase() async throws {
        try await TemporaryFolder.with { folder in
            try await Command.run("migrate", in: folder).expectGood()
            try await folder.execute(
                "INSERT INTO r3mes_migrations (name, applied_at) VALUES ('9999-from-the-future', '')"
            )
            for command in [["serve", "--port", "0"], ["migrate"], ["audit"]] {
                let run = try await Command.run(command, in: folder)
                run.expectOneLine(exitCode: 1, containing: "newer version")
            }
        }
    }

    @Test("All mistakes in the configuration are told at once, with exit code 2")
    func badConfiguration() async throws {
        try await TemporaryFolder.with { folder in
            let run = try await Command.run(
                "serve",
                "--port",
                "99999",
                in: folder,
                environment: ["R3MES_LOG_LEVEL": "loud", "R3MES_SERVER_COLOUR": "red", "R3MES_AUTH_MODE": "none"]
            )
            #expect(run.exitCode == 2 && run.output.isEmpty)
            for name in ["server.port", "log.level", "R3MES_SERVER_COLOUR"] {
                #expect(run.errors.contains(name), "\(run.errors)")
            }
            #expect(try folder.names().isEmpty)
        }
    }

    @Test("Printing the configuration shows what is in effect and where from, and no secret")
    func printConfiguration() async throws {
        try await TemporaryFolder.with { folder in
            let secret = "correct-horse-battery-staple-and-more"
            let file = try folder.write("r3mes.yaml", "limits:\n  page-size: 50\n")
            for format in [[], ["--json"]] {
                let run = try await Command.run(
                    ["serve", "--print-configuration", "--config", file, "--port", "9000"] + format,
                    in: folder,
                    environment: ["R3MES_SECURITY_CURSOR_SECRET": secret]
                )
                try run.expectGood()
                for text in ["limits.page-size", "50", "server.port", "9000", "security.cursor-secret"] {
                    #expect(run.output.contains(text), "\(run.output)")
                }
                #expect(!(run.output + run.errors).contains(secret))
                #expect(try folder.names() == ["r3mes.yaml"], "printing opened the database")
            }
        }
    }
}
