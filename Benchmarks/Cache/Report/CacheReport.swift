// SPDX-License-Identifier: Apache-2.0

import Harness

/// All that one run found out, for machines.
struct CacheReport: Codable, Sendable {
    let circumstances: Circumstances
    var throughput: [Comparison.Outcome] = []
    var footprints: [Footprint] = []
    var recorded: [HitRatioExperiment.Outcome] = []
    var generated: [HitRatioExperiment.Outcome] = []
    var invalidations: [InvalidationExperiment.Outcome] = []
}

extension CacheReport {
    /// What was to be reached, and whether it was.
    var aims: MarkdownTable {
        var table = MarkdownTable("aim", header: ["figure", "reached"])
        for outcome in throughput where outcome.title.contains("2 threads") {
            guard let caffeine = outcome.figures("Caffeine"), let ours = outcome.contestants.first else { continue }
            let ratio = ours.median / caffeine.median
            table.add("\(outcome.title): at least Caffeine's", [Figure.ratio(ratio), Self.word(ratio >= 1)])
        }
        for (name, outcomes) in [("recorded", recorded), ("generated", generated)] where !outcomes.isEmpty {
            let missed = outcomes.filter { !$0.isReached }.map { "\($0.trace) at \($0.size)" }
            table.add(
                "\(name) streams: LRU less 0.3 points, Caffeine less 1",
                [
                    "\(outcomes.count - missed.count) of \(outcomes.count)",
                    missed.isEmpty ? "yes" : "not \(missed.joined(separator: ", "))",
                ]
            )
        }
        for outcome in invalidations {
            table.add(
                "\(outcome.removedEach) of \(outcome.entries) by \(outcome.by): 10 ms",
                [Figure.nanoseconds(outcome.longest * 1e6), Self.word(outcome.longest < 10)]
            )
        }
        return table
    }

    private static func word(_ isReached: Bool) -> String { isReached ? "yes" : "no" }
}
