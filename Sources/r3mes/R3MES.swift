// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import R3MESService

/// The command line of the project.
///
/// Its subcommands wire the rooms together; whatever can be used without a process of its own lives in a library.
@main
struct R3MES: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "r3mes",
        abstract: "The R3MES backend: wallets, credits with an exact ledger, API keys.",
        discussion: """
            Example:
              r3mes serve --demo 1000

            Exit codes: 0 good, 1 failed, 2 used wrongly.
            """,
        version: "0.1.0",
        subcommands: [Serve.self, Migrate.self, Import.self, Demo.self, Keys.self, Audit.self, Simulate.self]
    )

    /// Runs the command and ends the process with an exit code that scripts can rely on.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as ServiceError {
            Terminal.printError(error)
            Foundation.exit(error.code.category == .configuration ? Exit.usedWrongly : Exit.failed)
        } catch is CancellationError {
            Foundation.exit(Exit.failed)
        } catch {
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            if code.isSuccess {
                Terminal.printResult(message)
                Foundation.exit(Exit.good)
            }
            if !message.isEmpty {
                Terminal.printLine(message)
            }
            Foundation.exit(code == .validationFailure ? Exit.usedWrongly : Exit.failed)
        }
    }
}

/// What a process ends with.
enum Exit {
    static let good: Int32 = 0
    static let failed: Int32 = 1
    static let usedWrongly: Int32 = 2
}
