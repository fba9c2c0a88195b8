// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("The progress of r3mes import", .timeLimit(.minutes(3)))
struct ImportProgressTests {
    private static let users = 20_000

    private func makeFile(in folder: TemporaryFolder) throws -> String {
        let rows = try UserFixture.crowd(Self.users).map { "\($0.walletAddress),\($0.credits)" }
        return try folder.write("users.csv", "wallet_address,credits\n" + rows.joined(separator: "\n"))
    }

    /// What was drawn, each over what was there before, and the line that is left at the end.
    private func frames(_ run: Command) throws -> (drawn: ArraySlice<String>, end: String) {
        let parts = run.errors.components(separatedBy: "\r\u{1B}[K")
        return (parts.dropLast().dropFirst(), try #require(parts.last))
    }

    @Test("On a terminal it is a bar in one line, with share, rate and time left, and in its place the sum at the end")
    func bar() async throws {
        try await TemporaryFolder.with { folder in
            let file = try makeFile(in: folder)
            let run = try await Command.run("import", file, in: folder, onTerminal: true).expectGood()
            let (drawn, end) = try frames(run)
            try #require(!drawn.isEmpty, "\(run.errors)")
            for frame in drawn {
                let form = /^[█░]{30} \d{1,3} %  [\d\u{202F}]+ users, [\d\u{202F}]+\/s, \d+ s left$/
                #expect(frame.contains(form), "\(frame)")
            }
            #expect(end.contains(/^20\u{202F}000 users in [\d.]+ s \([\d\u{202F}]+\/s\)\s*$/), "\(end)")
        }
    }

    @Test("Of a pipe, whose length nobody knows, it says how much came and how fast, and nothing that it cannot know")
    func pipe() async throws {
        try await TemporaryFolder.with { folder in
            let file = try makeFile(in: folder)
            let pipe = folder.path + "/pipe.csv"
            try #require(mkfifo(pipe, 0o600) == 0)
            // Opening blocks until the other side opens too.
            Thread.detachNewThread {
                guard let writer = FileHandle(forWritingAtPath: pipe) else { return }
                try? writer.write(contentsOf: Data(contentsOf: URL(fileURLWithPath: file)))
                try? writer.close()
            }
            let run = try await Command.run("import", pipe, in: folder, onTerminal: true).expectGood()
            let (drawn, end) = try frames(run)
            try #require(!drawn.isEmpty, "\(run.errors.prefix(500))")
            for frame in drawn {
                #expect(frame.contains(/^[\d\u{202F}]+ users, [\d\u{202F}]+\/s$/), "\(frame.prefix(200))")
            }
            #expect(end.hasPrefix("20\u{202F}000 users in "), "\(end)")
        }
    }

    @Test("Elsewhere nothing is drawn over anything")
    func plain() async throws {
        try await TemporaryFolder.with { folder in
            let run = try await Command.run("import", try makeFile(in: folder), in: folder).expectGood()
            #expect(!run.errors.contains("\r") && !run.errors.contains("\u{1B}"))
            #expect(run.errorLines.last?.hasPrefix("20\u{202F}000 users in ") == true, "\(run.errors)")
        }
    }
}
