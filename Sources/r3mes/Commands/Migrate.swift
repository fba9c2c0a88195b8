// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import R3MESService

/// The command `r3mes migrate`.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database schema up to date.",
        discussion: """
            Every other command does this by itself; this one is for doing it beforehand.

            Example:
              r3mes migrate --database sqlite:r3mes.sqlite
            """
    )

    @OptionGroup var options: ServiceOptions

    func run() async throws {
        let settings = try options.load().configuration
        let storage = try Storage(opening: settings.database, logger: makeLogger(settings.logging))
        let report = try await storage.migrate()
        await storage.close()
        for migration in report.applied {
            Terminal.printResult("applied \(migration)")
        }
        Terminal.printResult(report.applied.isEmpty ? "up to date at \(report.version)" : "now at \(report.version)")
    }
}
