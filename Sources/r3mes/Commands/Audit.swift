// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import R3MESResponse
import R3MESService

/// The command `r3mes audit`.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add up every ledger and compare it with the balances.",
        discussion: """
            Reads all of it as of one moment, while the service may go on writing. Exit code 1 if anything differs.

            Example:
              r3mes audit --database sqlite:r3mes.sqlite
            """
    )

    @OptionGroup var options: ServiceOptions

    @Flag(help: "Print the result as JSON.")
    var json = false

    func run() async throws {
        let storage = try await options.openStorage(mustExist: true)
        let report = try await storage.auditLedger()
        await storage.close()
        Terminal.printResult(json ? text(report) : summary(report))
        for (wallet, discrepancy) in report.discrepancies.sorted(by: { $0.key < $1.key }) {
            Terminal.printLine("\(wallet): \(discrepancy)")
        }
        if !report.discrepancies.isEmpty {
            throw ExitCode(Exit.failed)
        }
    }

    private func summary(_ report: LedgerReport) -> String {
        let verdict = report.discrepancies.isEmpty ? "exact" : "BROKEN"
        return "ledger \(verdict): \(report.users.grouped) users, \(report.entries.grouped) entries, "
            + "\(report.total?.description ?? "more than \(Credits.max)") credits"
    }

    private func text(_ report: LedgerReport) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("exact", report.discrepancies.isEmpty)
            json.member("users", report.users)
            json.member("entries", report.entries)
            json.member("credits", plain: report.total)
            json.member("discrepancies") { json in
                json.array(report.discrepancies.sorted { $0.key < $1.key }) { json, item in
                    json.object { json in
                        json.member("wallet_address", plain: item.key)
                        json.member("detail", item.value.description)
                    }
                }
            }
        }
        return json.text
    }
}
