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
            """
    )

    @OptionGroup var options: ServiceOptions

    @Option(help: "How many users.")
    var users = 10_000

    func run() async throws {
        let storage = try await options.openStorage()
        try await writeDemoUsers(users, into: storage)
        try storage.close()
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
