// SPDX-License-Identifier: Apache-2.0

import Harness

/// One of the project's aims, and how near a measurement came to it.
struct Budget: Codable, Sendable {
    let number: Int
    let name: String
    let aim: String
    let figure: String
    let isReached: Bool

    static func table(of budgets: [Budget]) -> String {
        var table = MarkdownTable("", "check", "aim", "figure", "reached")
        for budget in budgets.sorted(by: { $0.number < $1.number }) {
            table.add("\(budget.number)", budget.name, budget.aim, budget.figure, budget.isReached ? "yes" : "no")
        }
        return table.text
    }
}
