// SPDX-License-Identifier: Apache-2.0

import Harness

extension GoodputExperiment {
    static func table(of points: [Point]) -> String {
        var table = MarkdownTable(
            "load",
            "protection",
            "in time, 1/s",
            "lowest … highest",
            "of capacity",
            "p50",
            "p99",
            "not served"
        )
        for point in points {
            table.add(
                point.protection == .none ? "\(Int(point.load)) ×" : "",
                point.protection.rawValue,
                Figure.plain(point.median),
                "\(Figure.plain(point.goodput.min() ?? 0)) … \(Figure.plain(point.goodput.max() ?? 0))",
                "\(Figure.plain(point.median / FixedCapacityServer.capacity * 100)) %",
                latency(point.p50),
                latency(point.p99),
                "\(Figure.plain(point.lost * 100)) %"
            )
        }
        return table.text
    }

    private static func latency(_ milliseconds: Double) -> String {
        milliseconds == 0 ? "–" : "\(Figure.plain(milliseconds)) ms"
    }

    static func plot(of points: [Point]) -> LinePlot {
        LinePlot(
            title: "Answers in time under overload",
            horizontal: "load, in multiples of the capacity",
            vertical: "answers in time a second",
            marks: loads.map { "\(Int($0)) ×" },
            series: Protection.allCases.map { protection in
                LinePlot.Series(
                    name: protection.rawValue,
                    values: points.filter { $0.protection == protection }.map(\.median)
                )
            }
        )
    }
}
