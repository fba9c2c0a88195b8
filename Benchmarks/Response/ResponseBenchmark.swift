// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness

/// Measures what answers are made of: JSON beside Foundation's encoder, and each content coding.
@main
struct ResponseBenchmark {
    static func main() async throws {
        let isQuick = CommandLine.arguments.contains("--quick")
        let laboratory = Laboratory(
            rounds: isQuick ? 2 : 5,
            time: isQuick ? .milliseconds(30) : .milliseconds(150),
            isQuick: isQuick,
            match: ""
        )
        let comparisons = try Comparison.json() + [.compression(load: 0), .compression(load: 1)]
        var table = MarkdownTable("work", "who", "median", "lowest … highest", "to the first", "besides")
        var isGood = true
        for comparison in comparisons {
            let outcome = try await comparison.run(in: laboratory)
            guard let first = outcome.contestants.first else { continue }
            for (index, figures) in outcome.contestants.enumerated() {
                let notes = figures.notes.sorted { $0.key < $1.key }.map { "\(Figure.plain($0.value)) \($0.key)" }
                table.add(
                    index == 0 ? outcome.title : "",
                    figures.name,
                    Figure.nanoseconds(figures.median),
                    "\(Figure.nanoseconds(figures.low)) … \(Figure.nanoseconds(figures.high))",
                    index == 0 ? "" : Figure.ratio(figures.median / first.median),
                    notes.joined(separator: ", ")
                )
                if let saved = figures.notes["% smaller"], figures.name != "identity", saved <= 50 {
                    Console.print("beyond the budget: \(figures.name) saves only \(Figure.plain(saved)) %")
                    isGood = false
                }
            }
        }
        Console.print(table.text)
        if !isGood { exit(1) }
    }
}
