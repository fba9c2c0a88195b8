// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import R3MESService

/// The command `r3mes demo`.
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fill the database with demonstration users.",
        discussion: """
            The same number makes the same users each time: valid wallets, skewed balances, and a ledger that adds up. \
            Users that are there already are left alone.

            Example:
              r3mes demo --users 100000
              r3mes demo --users 1000000 --print csv > users.csv
            """
    )

    @OptionGroup var options: ServiceOptions

    @Option(help: "How many users.")
    var users = 10_000

    @Option(
        help: ArgumentHelp(
            "Print the users in this format, for r3mes import, and leave the database alone: csv or ndjson.",
            valueName: "format"
        )
    )
    var print: UserRecordParser.Format?

    func run() async throws {
        if let print {
            try printUsers(as: print)
            return
        }
        let storage = try await options.openStorage()
        try await writeDemoUsers(users, into: storage)
        try storage.close()
    }
}

extension Demo {
    private func printUsers(as format: UserRecordParser.Format) throws {
        let demo = try DemoUsers(count: users)
        var lines = format == .csv ? UserRecord.columns.joined(separator: ",") + "\n" : ""
        for index in 0..<demo.count {
            lines += try demo.record(index).line(format) + "\n"
            if lines.utf8.count > 1 << 16 || index == demo.count - 1 {
                Terminal.printResult(lines, terminator: "")
                lines = ""
            }
        }
    }
}

/// Writes demonstration users while it shows how far it has come.
func writeDemoUsers(_ count: Int, into storage: Storage) async throws {
    let users = try DemoUsers(count: count)
    var progress = Progress(counting: "demonstration users")
    let report = try await users.write(into: storage) { done in
        progress.update(done, fraction: Double(done) / Double(count))
    }
    progress.finish(report.total)
    if report.skipped > 0 {
        Terminal.printLine("\(report.skipped.grouped) of them were there already.")
    }
}
