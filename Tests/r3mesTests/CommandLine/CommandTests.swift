// SPDX-License-Identifier: Apache-2.0

import R3MESService
import R3MESTestSupport
import Testing

@Suite("Commands", .timeLimit(.minutes(5)), .onBothEngines)
struct CommandTests {
    @Test("r3mes demo makes the same users every time, with ledgers that add up")
    func demo() async throws {
        var runs: [[UserBody]] = []
        for _ in 0..<2 {
            try await TemporaryFolder.with { folder in
                try await Command.run("demo", "--users", "300", in: folder).expectGood()
                let audit = try await expectExactLedger(in: folder)
                #expect(audit.users == 300 && audit.entries > 300 && audit.credits != "0")
                // Again: nothing is added.
                try await Command.run("demo", "--users", "300", in: folder).expectGood()
                #expect(try await expectExactLedger(in: folder).entries == audit.entries)
                runs.append(
                    try await RunningService.with(in: folder) { service in
                        try await service.anonymous.all("/v1/users", limit: 100, of: UserBody.self)
                    }
                )
            }
        }
        #expect(runs[0].count == 300 && runs[0] == runs[1])
    }

    @Test("Printed demonstration users come in by r3mes import as they are", arguments: ["csv", "ndjson"])
    func printedDemo(format: String) async throws {
        var runs: [[UserBody]] = []
        for isPrinted in [true, false] {
            try await TemporaryFolder.with { folder in
                if isPrinted {
                    let printed = try await Command.run("demo", "--users", "300", "--print", format, in: folder)
                    try printed.expectGood()
                    #expect(try folder.names().isEmpty)
                    let file = try folder.write("users.\(format)", printed.output)
                    try await Command.run("import", file, in: folder).expectGood()
                } else {
                    try await Command.run("demo", "--users", "300", in: folder).expectGood()
                }
                #expect(try await expectExactLedger(in: folder).users == 300)
                runs.append(
                    try await RunningService.with(in: folder) { service in
                        try await service.anonymous.all("/v1/users", limit: 100, of: UserBody.self)
                    }
                )
            }
        }
        #expect(runs[0] == runs[1])
    }

    @Test("Keys are made, listed and revoked on the command line, also while the service runs")
    func keys() async throws {
        try await RunningService.with { service in
            let (folder, wallet) = (service.folder, try WalletAddress.numbered(0).description)
            let made = try await Command.run("keys", "create", "--scope", "admin", "--name", "second", in: folder)
                .expectGood()
            let secret = try #require(made.outputLines.first)
            #expect(made.outputLines.count == 1)
            let second = service.session(key: secret)
            try await second.register([wallet], credits: "1")

            let own = try await Command.run("keys", "create", "--scope", "write", "--wallet", wallet, in: folder)
                .expectGood()
            let owner = service.session(key: try #require(own.outputLines.first))
            #expect(try await owner.get("/v1/users/\(wallet)/transactions").status == 200)

            let listing = try await Command.run("keys", "list", "--json", in: folder).expectGood()
            let listed = try listing.outputLines.map { try JSON.decode(KeyBody.self, from: .init($0.utf8)) }
            #expect(listed.map(\.name) == ["first admin key", "second"])
            #expect(listed.allSatisfy { $0.secret == nil && $0.walletAddress == nil })
            let ofWallet = try await Command.run("keys", "list", "--wallet", wallet, in: folder).expectGood()
            #expect(ofWallet.outputLines.count == 1)
            for output in [listing.output, ofWallet.output] {
                #expect(!output.contains(secret))
            }

            try await Command.run("keys", "revoke", listed[1].id, in: folder).expectGood()
            try await second.get("/v1/users").expectProblem(401, "R3MES-2002")
            let unknown = try await Command.run("keys", "revoke", "nothing", in: folder)
            unknown.expectOneLine(exitCode: 1, containing: "no such API key")
            let stranger = try WalletAddress.numbered(1).description
            let strange = try await Command.run("keys", "create", "--scope", "read", "--wallet", stranger, in: folder)
            strange.expectOneLine(exitCode: 1, containing: "no user")
        }
    }

    @Test("Migrating twice does it once")
    func migrate() async throws {
        try await TemporaryFolder.with { folder in
            let first = try await Command.run("migrate", in: folder).expectGood()
            #expect(first.outputLines.count > 1 && first.output.contains("applied 0001-users-and-ledger"))
            let second = try await Command.run("migrate", in: folder).expectGood()
            #expect(second.outputLines.count == 1 && second.output.hasPrefix("up to date at "))
        }
    }

    @Test("An audit names the wallet whose ledger does not add up, and fails")
    func brokenLedger() async throws {
        try await TemporaryFolder.with { folder in
            let crowd = try UserFixture.crowd(4)
            try await UserFixture.write(crowd, into: folder)
            let wallet = crowd[2].walletAddress
            try await folder.execute("UPDATE users SET credits = credits + 1 WHERE wallet = '\(wallet)'")
            let audit = try await Command.run("audit", "--json", in: folder)
            #expect(audit.exitCode == 1)
            #expect(try audit.decoded(AuditBody.self).exact == false)
            #expect(audit.output.contains(wallet) && audit.errors.contains(wallet))
            #expect(!audit.output.contains(crowd[1].walletAddress))
        }
    }

    @Test(
        "Used wrongly, every command ends with exit code 2 and says what is wrong",
        arguments: [
            ["fly"], ["serve", "--fly"], ["serve", "--port"], ["serve", "--port", "many"], ["serve", "--json"],
            ["serve", "--demo", "many"], ["serve", "--host", "a b"], ["import"], ["demo", "--users", "0"],
            ["demo", "--users", "many"], ["keys", "create"], ["keys", "create", "--scope", "root"],
            ["keys", "create", "--scope", ""], ["keys", "create", "--scope", "read", "--name", ""],
            ["keys", "create", "--scope", "read", "--expires-at", "2020-01-01T00:00:00Z"], ["serve", "--demo", "0"],
            ["keys", "create", "--scope", "read", "--wallet", "nobody"],
            ["keys", "create", "--scope", "admin", "--expires-at", "soon"], ["keys", "list", "--wallet", "nobody"],
            ["keys", "revoke"], ["keys", "revoke", "x", "--wallet", "nobody"], ["migrate", "now"],
            ["audit", "--database", "mysql://x"], ["audit", "--config", "/nowhere/r3mes.yaml"], ["simulate"],
            ["simulate", "keys", "--sizes", "0"], ["simulate", "keys", "--sizes", "10,,20"],
            ["simulate", "keys", "--sizes", "10, many"], ["simulate", "keys", "--policies", "arc"],
            ["simulate", "keys", "--column", "0"], ["simulate", "keys", "--column", ""],
            ["simulate", "keys", "--separator", "::"], ["simulate", "keys", "--separator", "é"],
            ["simulate", "keys", "--limit", "0"], ["simulate", "keys", "--entry-bytes", "-1"],
            ["simulate", "keys", "--min-gain", "nan"], ["simulate", "keys", "--svg"],
        ]
    )
    func usedWrongly(arguments: [String]) async throws {
        try await TemporaryFolder.with { folder in
            let takesNone = ["fly", "simulate"].contains(arguments[0])
            let isGiven = takesNone || arguments.contains("--database")
            let run = try await Command.run(arguments, in: folder, database: isGiven ? "" : nil)
            #expect(run.exitCode == 2, "\(run.output)\(run.errors)")
            #expect(run.output.isEmpty && !run.errors.isEmpty)
            #expect(try folder.names().isEmpty, "a database was made for nothing")
        }
    }

    @Test("Every command has help with an example, on standard output")
    func help() async throws {
        let commands = [
            [], ["serve"], ["migrate"], ["import"], ["demo"], ["audit"], ["keys"], ["keys", "create"],
            ["keys", "list"], ["keys", "revoke"], ["simulate"],
        ]
        try await TemporaryFolder.with { folder in
            for command in commands {
                let run = try await Command.run(command + ["--help"], in: folder, database: "").expectGood()
                #expect(run.output.contains("Example:") && run.output.contains("USAGE: r3mes"), "\(command)")
                #expect(run.errors.isEmpty)
            }
        }
    }
}
