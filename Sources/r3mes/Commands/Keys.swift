// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import R3MESResponse
import R3MESService

/// The command `r3mes keys`.
struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make, list and revoke API keys.",
        discussion: """
            Works on the database itself, so it needs no key: whoever may write the file may make a key.

            Example:
              r3mes keys create --scope admin
            """,
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key and print it: the key alone on standard output.",
            discussion: """
                Example:
                  r3mes keys create --scope write --wallet remes1… --name "rig in the cellar"
                """
        )

        @OptionGroup var options: ServiceOptions

        @Option(help: "What the key may do: read, write or admin.", transform: CheckedArgument.scopes)
        var scope: APIKey.Scopes

        @Option(
            help: "The wallet that the key belongs to. Without one it is an operator's key.",
            transform: CheckedArgument.wallet
        )
        var wallet: WalletAddress?

        @Option(help: "What you call it.")
        var name = "made on the command line"

        @Option(
            help: ArgumentHelp("When it expires, as RFC 3339. The default is never.", valueName: "time"),
            transform: CheckedArgument.time
        )
        var expiresAt: Timestamp?

        func run() async throws {
            let issued = try CheckedArgument.make { () throws(ServiceError) in
                try APIKey.issue(name: name, scopes: scope, wallet: wallet, at: .now(), expiresAt: expiresAt)
            }
            let storage = try await options.openStorage()
            try await storage.add(issued.record)
            await storage.close()
            Terminal.printLine("Key \(issued.record.id), shown this once:")
            Terminal.printResult(issued.secret.revealed())
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the keys of a wallet, or of the operators.",
            discussion: """
                Example:
                  r3mes keys list
                """
        )

        @OptionGroup var options: ServiceOptions

        @Option(help: "The wallet. Without one the operators' keys are listed.", transform: CheckedArgument.wallet)
        var wallet: WalletAddress?

        @Flag(help: "Print one JSON object a line.")
        var json = false

        func run() async throws {
            let storage = try await options.openStorage(mustExist: true)
            let keys = try await storage.apiKeys(of: wallet)
            await storage.close()
            for key in keys {
                Terminal.printResult(json ? line(key) : row(key))
            }
        }

        private func row(_ key: APIKey.Record) -> String {
            let state =
                key.revokedAt.map { "revoked \($0)" } ?? key.expiresAt.map { "expires \($0)" } ?? "never expires"
            return "\(key.id)  \(key.prefix)…  \(key.scopes)  made \(key.createdAt)  \(state)  \(key.name)"
        }

        private func line(_ key: APIKey.Record) -> String {
            var json = JSONWriter()
            json.apiKey(key)
            return json.text
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke a key: from now on it is refused.",
            discussion: """
                Example:
                  r3mes keys revoke nGmJZdd1pIl1cBqX
                """
        )

        @Argument(help: "The key's identifier, as `r3mes keys list` shows it.")
        var id: String

        @OptionGroup var options: ServiceOptions

        @Option(
            help: "The wallet that the key belongs to. Without one it is an operator's key.",
            transform: CheckedArgument.wallet
        )
        var wallet: WalletAddress?

        func run() async throws {
            let storage = try await options.openStorage(mustExist: true)
            try await storage.revokeAPIKey(id: id, of: wallet)
            // Only then is it refused by a service that has just read the key, so only then is it said.
            try await Task.sleep(for: storage.delayOfOthers)
            await storage.close()
            Terminal.printResult("revoked \(id)")
        }
    }
}
