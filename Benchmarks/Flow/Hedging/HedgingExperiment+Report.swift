// SPDX-License-Identifier: Apache-2.0

import Harness

extension HedgingExperiment {
    private static let quantiles = [("p50", 0.5), ("p90", 0.9), ("p98", 0.98), ("p99", 0.99), ("p99.9", 0.999)]

    static func table(of outcomes: [Outcome]) -> String {
        var table = MarkdownTable("", "p50", "p90", "p98", "p99", "p99.9", "most", "requests a call", "calls", "failed")
        for outcome in outcomes {
            let latencies = Quantiles(outcome.latencies)
            let cells = quantiles.map { "\(Figure.plain(latencies.at($0.1))) ms" }
            table.add(
                outcome.name,
                cells[0],
                cells[1],
                cells[2],
                cells[3],
                cells[4],
                "\(Figure.plain(latencies.maximum)) ms",
                Figure.plain(outcome.amplification),
                "\(latencies.count)",
                "\(outcome.failures)"
            )
        }
        return table.text
    }

    static func plot(of outcomes: [Outcome]) -> LinePlot {
        LinePlot(
            title: "A server that is slow 2 % of the time",
            horizontal: "share of calls that are answered by then",
            vertical: "milliseconds",
            marks: quantiles.map(\.0),
            series: outcomes.map { outcome in
                let latencies = Quantiles(outcome.latencies)
                return LinePlot.Series(name: outcome.name, values: quantiles.map { latencies.at($0.1) })
            }
        )
    }
}
