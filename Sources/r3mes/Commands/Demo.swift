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

    @Option(help: "How many users. The default is 10000.", transform: CheckedArgument.demoUsers)
    var users: DemoUsers?

    @Option(
        help: ArgumentHelp(
            "Print the users in this format, for r3mes import, and leave the database alone: csv or ndjson.",
            valueName: "format"
        )
    )
    var print: UserRecordParser.Format?

    func run() async throws {
        let users = try users ?? DemoUsers(count: 10_000)
        if let print {
            try printLines(of: users, as: print)
            return
        }
        let storage = try await options.openStorage()
        try await write(users, into: storage)
        await storage.close()
    }
}

extension Demo {
    private func printLines(of users: DemoUsers, as format: UserRecordParser.Format) throws {
        var lines = format == .csv ? UserRecord.columns.joined(separator: ",") + "\n" : ""
        for index in 0..<users.count {
            lines += try users.record(index).line(format) + "\n"
            if lines.utf8.count > 1 << 16 || index == users.count - 1 {
                Terminal.printResult(lines, terminator: "")
                lines = ""
            }
        }
    }
}

/// Writes demonstration users while it shows how far it has come.
func write(_ users: DemoUsers, into storage: Storage) async throws {
    var progress = Progress(counting: "demonstration users")
    let report = try await users.write(into: storage) { done in
        progress.update(done, fraction: Double(done) / Double(users.count))
    }
    progress.finish(report.total)
    if report.skipped > 0 {
        Terminal.printLine("\(report.skipped.grouped) of them were there already.")
    }
}
