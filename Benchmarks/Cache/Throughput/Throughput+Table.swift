// SPDX-License-Identifier: Apache-2.0

import Harness

extension Throughput {
    /// Millions of operations per second: medians, one column a cache, and for ours the lowest and highest round.
    static func table(of outcomes: [Comparison.Outcome]) -> String {
        var table = MarkdownTable("Mops/s", header: contestants + ["ours, lowest … highest", "ours to Caffeine"])
        for outcome in outcomes {
            guard let ours = outcome.contestants.first else { continue }
            let ratio = outcome.figures("Caffeine").map { Figure.ratio(ours.median / $0.median) } ?? ""
            table.add(
                outcome.title,
                contestants.map { outcome.figures($0).map { Figure.plain($0.median / 1e6) } ?? "" }
                    + ["\(Figure.plain(ours.low / 1e6)) … \(Figure.plain(ours.high / 1e6))", ratio]
            )
        }
        return table.text
    }

    /// How often each cache hit meanwhile, in percent.
    static func hitRatioTable(of outcomes: [Comparison.Outcome]) -> String {
        var table = MarkdownTable("hit ratio, %", header: contestants)
        for outcome in outcomes where !outcome.title.hasPrefix(Work.writes.rawValue) {
            table.add(
                outcome.title,
                contestants.map { name in
                    outcome.figures(name)?.notes["hit ratio"].map { Figure.plain($0 * 100) } ?? ""
                }
            )
        }
        return table.text
    }
}

extension Comparison.Outcome {
    /// The rounds of a contestant.
    func figures(_ name: String) -> Figures? {
        contestants.first { $0.name == name }
    }
}
