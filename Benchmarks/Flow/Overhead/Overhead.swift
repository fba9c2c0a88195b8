// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Harness
import R3MESNetwork

/// What each piece costs, beside its peers.
enum Overhead {
    static func run(in laboratory: Laboratory, upstream: String) async throws -> [Comparison.Outcome] {
        var comparisons = try Comparison.semaphores()
        comparisons += Comparison.singleFlights()
        comparisons += try Comparison.rateLimits()
        comparisons += try Comparison.pools()
        comparisons += try Comparison.loaders()
        comparisons += Comparison.timeouts()
        comparisons += try Comparison.workers()
        comparisons += Comparison.mapping()
        let client = try ResilientClient(logger: .silent)
        let bare = HTTPClient(eventLoopGroupProvider: .singleton)
        comparisons += Comparison.httpCalls(to: upstream, client: client, bare: bare)
        var outcomes: [Comparison.Outcome] = []
        for comparison in comparisons where laboratory.match.isEmpty || comparison.title.contains(laboratory.match) {
            outcomes.append(try await comparison.run(in: laboratory))
        }
        await client.shutdown()
        try await bare.shutdown()
        return outcomes
    }

    static func table(of outcomes: [Comparison.Outcome]) -> String {
        var table = MarkdownTable("work", "who", "median", "lowest … highest", "to ours", "besides")
        for outcome in outcomes {
            guard let ours = outcome.contestants.first else { continue }
            for (index, figures) in outcome.contestants.enumerated() {
                let notes = figures.notes.sorted { $0.key < $1.key }.map { "\(Figure.plain($0.value)) \($0.key)" }
                table.add(
                    index == 0 ? outcome.title : "",
                    figures.name,
                    Figure.nanoseconds(figures.median),
                    "\(Figure.nanoseconds(figures.low)) … \(Figure.nanoseconds(figures.high))",
                    index == 0 ? "" : Figure.ratio(figures.median / ours.median),
                    notes.joined(separator: ", ")
                )
            }
        }
        return table.text
    }
}
