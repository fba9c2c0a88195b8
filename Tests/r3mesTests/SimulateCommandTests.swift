// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("r3mes simulate", .timeLimit(.minutes(3)))
struct SimulateCommandTests {
    /// Four rounds of twelve keys, with one key in between each time.
    private static let stream = (0..<4).flatMap { _ in (0..<12).flatMap { ["k\($0)", "hot"] } }

    private func simulate(_ arguments: [String], in folder: TemporaryFolder, input: String = "/dev/null") async throws
        -> Command
    {
        try await Command.run(["simulate"] + arguments, in: folder, database: "", input: input)
    }

    @Test("Prints a row for each size, a column for each policy, and which size is worth its memory")
    func table() async throws {
        try await TemporaryFolder.with { folder in
            let file = try folder.write("keys", Self.stream.joined(separator: "\n"))
            let run = try await simulate([file, "--sizes", "13,2,2", "--policies", "lru,optimal"], in: folder)
                .expectGood()
            let lines = run.outputLines
            #expect(lines[0] == "keys: 96 requests, 13 keys")
            #expect(lines[1].split(separator: " ") == ["size", "LRU", "optimal"])
            // Of 2 entries LRU keeps the hot key alone: 47 of 96 hit. All 13: all but the first requests hit.
            #expect(lines[2].split(separator: " ").prefix(3) == ["2", "49.0", "%"])
            #expect(lines[3].split(separator: " ") == ["13", "86.5", "%", "86.5", "%"])
            let advice = "Worth its memory: 13 entries (86.5 % of requests hit with LRU)."
            #expect(lines[4] == "\(advice) 2 hit 37.5 points less. All keys fit.")
            #expect(lines[5].hasPrefix("Beside LRU at 13 entries: the optimum hits 86.5 %, as much."))
            #expect(run.errors.contains("requests read"))
            #expect(try folder.names() == ["keys"])
        }
    }

    @Test("Runs the cache of this project, for which alone a larger size is tried as well")
    func realCache() async throws {
        try await TemporaryFolder.with { folder in
            let file = try folder.write("keys", Self.stream.joined(separator: "\n"))
            let run = try await simulate([file, "--sizes", "4", "--entry-bytes", "1024", "--json"], in: folder)
                .expectGood()
            let report = try run.decoded(Report.self)
            #expect(report.trace.requests == 96 && report.trace.distinctKeys == 13 && !report.trace.cutShort)
            #expect(report.results.map(\.policy) == ["w-tinylfu", "lru", "lfu", "fifo", "sieve", "optimal"])
            #expect(report.results.allSatisfy { $0.size == 4 && $0.requests == 96 })
            #expect(report.results.allSatisfy { $0.hitRatio == Double($0.hits) / 96 })
            #expect(report.results[0].hits <= report.results[5].hits)
            #expect(report.advice.policy == "w-tinylfu" && report.advice.curve.map(\.size) == [4, 8])
            #expect(report.advice.text.hasPrefix("Worth its memory: ") && report.advice.text.contains("4.0 KiB"))
        }
    }

    @Test("Reads access logs, structured logs, tables and standard input")
    func logs() async throws {
        let access = ["/a", "/b", "/a"].map { #"::1 - - [10/Oct/2000:13:55:36 -0700] "GET \#($0) HTTP/1.1" 200 5"# }
        let post = #"::1 - - [10/Oct/2000:13:55:36 -0700] "POST /a HTTP/1.1" 200 5"#
        try await TemporaryFolder.with { folder in
            for (lines, arguments) in [
                (access + [post], ["--column", "request"]), (access, ["--column", "5"]),
                (["p=1 q=2", "p=2", "p=1"], ["--column", "p"]),
                (["1,a", "1,b", "1,a"], ["--column", "2", "--separator", ","]),
                (["x\ta", "x\tb", "x\ta"], ["--column", "2", "--separator", "tab"]),
                (["a", "b", "a", "c", "d"], ["--limit", "3"]),
            ] {
                let file = try folder.write("log", lines.joined(separator: "\n"))
                let options = ["--sizes", "2", "--policies", "fifo"] + arguments
                for source in [file, "-"] {
                    let run = try await simulate([source] + options, in: folder, input: file).expectGood()
                    let name = source == "-" ? "standard input" : "log"
                    #expect(run.output.hasPrefix("\(name): 3 requests, 2 keys"), "\(arguments): \(run.output)")
                    #expect(run.output.contains("1 lines without a key skipped") == lines.contains(post))
                    #expect(run.output.contains("after the limit") == arguments.contains("--limit"))
                }
            }
            let once = try folder.write("once", "a\nb\nc\n")
            let run = try await simulate([once], in: folder).expectGood()
            #expect(run.output.contains("Worth its memory: none.") && run.output.contains("--column request"))
        }
    }

    @Test("Draws a plot into the file asked for", arguments: ["--svg", "--plot"])
    func plot(option: String) async throws {
        try await TemporaryFolder.with { folder in
            let file = try folder.write("a&b", Self.stream.joined(separator: "\n"))
            let svg = folder.path + "/plot.svg"
            try await simulate([file, option, svg], in: folder).expectGood()
            let plot = try String(contentsOfFile: svg, encoding: .utf8)
            #expect(plot.hasPrefix("<svg ") && plot.contains("a&amp;b") && plot.contains("prefers-color-scheme"))
            let nowhere = try await simulate([file, option, folder.path + "/none/plot.svg"], in: folder)
            #expect(nowhere.exitCode == 1 && nowhere.errors.contains("cannot be written") && nowhere.output.isEmpty)
        }
    }

    @Test("A file that is no list of keys is one line on standard error")
    func unreadable() async throws {
        try await TemporaryFolder.with { folder in
            let truncated = folder.path + "/half.gz"
            try Data([0x1F, 0x8B, 8, 0, 0]).write(to: URL(fileURLWithPath: truncated))
            let files = [
                (folder.path + "/none", "Is it there?"), (folder.path, "cannot be read"),
                (truncated, "breaks off after 5 bytes"), (try folder.write("empty", ""), "no line"),
                (try folder.write("binary", "a\n\0\n"), "line 2 is not text"),
                (try folder.write("long", String(repeating: "x", count: 70_000)), "line 1 is longer than 65536 bytes"),
            ]
            for (file, reason) in files {
                try await simulate([file], in: folder).expectOneLine(exitCode: 1, containing: reason)
            }
            let text = try folder.write("text", "a\nb\n")
            try await simulate([text, "--column", "request"], in: folder)
                .expectOneLine(exitCode: 1, containing: "none of its 2 lines")
        }
    }
}

/// What `r3mes simulate --json` prints.
private struct Report: Decodable {
    struct Trace: Decodable {
        let requests: Int
        let distinctKeys: Int
        let cutShort: Bool
    }

    struct Result: Decodable {
        let policy: String
        let size: Int
        let hitRatio: Double
        let hits: Int
        let requests: Int
    }

    struct Advice: Decodable {
        let policy: String
        let curve: [Result]
        let text: String
    }

    let trace: Trace
    let results: [Result]
    let advice: Advice
}
