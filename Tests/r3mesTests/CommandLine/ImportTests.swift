// SPDX-License-Identifier: Apache-2.0

import R3MESService
import R3MESTestSupport
import Testing

@Suite("r3mes import", .timeLimit(.minutes(5)), .onBothEngines)
struct ImportTests {
    @Test("Good lines of a CSV file come in; bad ones are told with number and reason, and by the exit code")
    func csv() async throws {
        let wallets = try WalletAddress.numbered(0..<6)
        let rows = [
            "wallet_address,credits,is_miner,created_at,metadata",  // line 1
            "\(wallets[0]),12.5,true,2026-01-02T03:04:05Z,",
            "\(wallets[1]),-1,false,,",  // 3
            "\(wallets[2]),1e3,maybe,yesterday,",  // 4
            "remes1nonsense,1,,,",  // 5
            "\(wallets[3]),1,,,\"{\"\"note\"\":\n\"\"never closed\"\"\n\"",  // 6 to 8
            "\(wallets[4]),,,,\"{\"\"note\"\":\n\"\"a, b\"\"\n}\"",  // 9 to 11
            "\(wallets[5])",  // 12
            "",
            "\(wallets[0]),1,,,",  // 14
            "\(wallets[5]),0.000001,false,,{}\r",  // 15
            "\(wallets[3]),\"1\"0,,,",  // 16
        ]
        try await TemporaryFolder.with { folder in
            let file = try folder.write("users.csv", rows.joined(separator: "\n"))
            let run = try await Command.run("import", file, "--on-conflict", "fail", "--json", in: folder)
            #expect(run.exitCode == 1)
            let report = try run.decoded(ImportBody.self)
            #expect(report.inserted == 3 && report.updated == 0 && report.skipped == 0)
            #expect(report.rejected.map(\.line) == [3, 4, 5, 6, 12, 14, 16], "\(run.output)")
            let details = Dictionary(uniqueKeysWithValues: report.rejected.map { ($0.line, $0.detail) })
            for (line, words) in [
                (3, ["credits", "negative"]), (4, ["credits", "is_miner", "created_at"]), (5, ["wallet_address"]),
                (12, ["1 columns", "5"]), (14, ["registered already"]), (16, ["quote"]),
            ] {
                for word in words {
                    #expect(details[line]?.contains(word) == true, "\(line): \(details[line] ?? "")")
                }
                #expect(run.errors.contains("line \(line): "), "\(run.errors)")
            }
            #expect(report.rejected.first { $0.line == 14 }?.code == "R3MES-3002")

            try await RunningService.with(in: folder) { service in
                let first = try await service.anonymous.user(wallets[0])
                #expect(first.credits == "12.5" && first.isMiner)
                #expect(first.createdAt == "2026-01-02T03:04:05.000000Z")
                #expect(try await service.anonymous.user(wallets[4]).metadata == ["note": .string("a, b")])
                #expect(try await service.anonymous.user(wallets[5]).credits == "0.000001")
            }
            #expect(try await expectExactLedger(in: folder).entries == 2)
        }
    }

    @Test("NDJSON comes in by the same rules, from standard input as well")
    func ndjson() async throws {
        let wallets = try WalletAddress.numbered(0..<4)
        let lines = [
            #"{"wallet_address":"\#(wallets[0])","credits":"1","metadata":{"a":[1,null]}}"#,
            #"{"wallet_address":"\#(wallets[1])","credits":1}"#,
            "not json",
            "",
            #"{"wallet_address":"\#(wallets[1])","colour":"red"}"#,
            #"["\#(wallets[1])"]"#,
            #"{"wallet_address":"\#(wallets[2])","metadata":{"long":"\#(String(repeating: "x", count: 70_000))"}}"#,
            #"{"credits":"1"}"#,
            #"{"wallet_address":"\#(wallets[3])"}"#,
        ]
        try await TemporaryFolder.with { folder in
            let file = try folder.write("users", lines.joined(separator: "\n"))
            let run = try await Command.run("import", "-", "--format", "ndjson", "--json", in: folder, input: file)
            #expect(run.exitCode == 1)
            let report = try run.decoded(ImportBody.self)
            #expect(report.inserted == 2)
            #expect(report.rejected.map(\.line) == [2, 3, 5, 6, 7, 8])
            #expect(try await expectExactLedger(in: folder).credits == "1")

            let unclear = try await Command.run("import", file, in: folder)
            #expect(unclear.exitCode == 2 && unclear.errors.contains("--format"))
        }
    }

    @Test("What happens to a wallet that is there already is for --on-conflict to say")
    func conflicts() async throws {
        let wallets = try WalletAddress.numbered(0..<2)
        try await TemporaryFolder.with { folder in
            let old = try folder.write("old.csv", "wallet_address,credits,is_miner\n\(wallets[0]),10,true\n")
            let new = try folder.write(
                "new.csv",
                "wallet_address,credits,is_miner\n\(wallets[0]),7.5,false\n\(wallets[1]),1,false\n"
            )
            try await Command.run("import", old, in: folder).expectGood()

            let failing = try await Command.run("import", new, "--on-conflict", "fail", in: folder)
            #expect(failing.exitCode == 1)
            #expect(failing.output == "inserted 1, updated 0, skipped 0, rejected 1\n")
            let skipping = try await Command.run("import", new, in: folder).expectGood()
            #expect(skipping.output == "inserted 0, updated 0, skipped 2, rejected 0\n")
            #expect(try await expectExactLedger(in: folder).credits == "11")

            let updating = try await Command.run("import", new, "--on-conflict", "update", in: folder).expectGood()
            #expect(updating.output == "inserted 0, updated 2, skipped 0, rejected 0\n")
            // The balance is not written over: the difference is an entry.
            let audit = try await expectExactLedger(in: folder)
            #expect(audit.credits == "8.5" && audit.entries == 3)
            try await RunningService.with(in: folder) { service in
                let user = try await service.anonymous.user(wallets[0])
                #expect(user.credits == "7.5" && !user.isMiner)
            }
            let wrong = try await Command.run("import", new, "--on-conflict", "guess", in: folder)
            #expect(wrong.exitCode == 2)
        }
    }

    @Test("A file that is no list of users is one line on standard error")
    func unreadable() async throws {
        try await TemporaryFolder.with { folder in
            let missing = try await Command.run("import", folder.path + "/none.csv", in: folder)
            missing.expectOneLine(exitCode: 1, containing: "none.csv")
            let place = try await Command.run("import", folder.path, "--format", "csv", in: folder)
            place.expectOneLine(exitCode: 1, containing: "is a folder")
            for header in [
                "name,credits", "wallet_address,wallet_address", "wallet_address,colour", "\"wallet_address",
            ] {
                let file = try folder.write("users.csv", header + "\nx,y\n")
                let run = try await Command.run("import", file, in: folder)
                run.expectOneLine(exitCode: 1, containing: "name the columns")
            }
            #expect(try await expectExactLedger(in: folder).users == 0)
        }
    }

    @Test("Users can be imported while the service runs, and are there at once")
    func besideTheService() async throws {
        try await RunningService.with { service in
            let crowd = try UserFixture.crowd(30)
            try await UserFixture.write(crowd, into: service.folder)
            #expect(try await service.anonymous.all("/v1/users", limit: 7, of: UserBody.self).count == 30)
            _ = try await service.admin.give(crowd[0].walletAddress, "1").decoded(CreditsBody.self, status: 201)
        }
    }
}

/// What `r3mes import --json` prints.
private struct ImportBody: Decodable {
    struct Rejected: Decodable {
        let line: Int
        let code: String
        let detail: String
    }

    let inserted: Int
    let updated: Int
    let skipped: Int
    let rejected: [Rejected]
}
