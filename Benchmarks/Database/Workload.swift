// SPDX-License-Identifier: Apache-2.0

import Harness

/// The same work done by ours and by others, each as its users would set it up.
struct Workload: Sendable {
    /// What is done, in a few words.
    let title: String
    /// What the peers call it, with its arguments.
    let name: String
    let arguments: [Int]
    /// Who has it.
    let peers: [String]
    /// What is counted: more is better, unless it is time or memory.
    let unit: Unit
    /// Ours, in the time given.
    let ours: @Sendable (Ours, Duration) async throws -> Measurement

    enum Unit: String, Codable, Sendable {
        case perSecond = "/s"
        case milliseconds = "ms"
        case kibibytes = "KiB"

        var isLessBetter: Bool { self != .perSecond }
    }

    /// All rounds of a comparison.
    struct Outcome: Codable, Sendable {
        struct Figures: Codable, Sendable {
            let name: String
            let values: [Double]
            /// The median of each note.
            let notes: [String: Double]

            var median: Double { Quantiles(values).at(0.5) }
        }

        let title: String
        let unit: Unit
        /// Ours comes first.
        let contestants: [Figures]
    }

    static let ourName = "R3MESDatabase"

    /// Runs the contestants in turn, round after round; the first round warms up and does not count.
    func run(_ ours: Ours, beside others: Peers) async throws -> Outcome {
        Console.note(title)
        let names = [Self.ourName] + peers.filter { others.processes[$0] != nil }
        var values: [[Double]] = Array(repeating: [], count: names.count)
        var notes: [[String: [Double]]] = Array(repeating: [:], count: names.count)
        for round in 0...others.rounds {
            // Each round begins with another one, so that nobody always runs on what the same one left behind.
            for turn in names.indices {
                let index = (turn + round) % names.count
                let measurement =
                    if let peer = others.processes[names[index]] {
                        try peer.measure(
                            name,
                            for: others.time,
                            argument: arguments.map { String($0) }.joined(separator: " ")
                        )
                    } else {
                        try await self.ours(ours, others.time)
                    }
                guard round > 0 else { continue }
                values[index].append(measurement.value)
                for (note, value) in measurement.notes ?? [:] {
                    notes[index][note, default: []].append(value)
                }
            }
        }
        let figures = names.indices.map { index in
            Outcome.Figures(
                name: names[index],
                values: values[index],
                notes: notes[index].mapValues { Quantiles($0).at(0.5) }
            )
        }
        return Outcome(title: title, unit: unit, contestants: figures)
    }
}

extension Workload.Outcome {
    /// How often ours is better than one of the others.
    func ratio(to other: Figures) -> Double {
        guard let ours = contestants.first else { return 0 }
        return unit.isLessBetter ? other.median / ours.median : ours.median / other.median
    }

    var line: String {
        let all = contestants.map { "\($0.name) \(Figure.plain($0.median))" }
        return "\(title) [\(unit.rawValue)]: " + all.joined(separator: ", ")
    }
}

extension Workload {
    /// One line for each contestant: figure, 99th percentile of the latency where there is one, how often ours is better.
    static func table(of outcomes: [Outcome]) -> String {
        var table = MarkdownTable("work", "who", "median", "p50", "p99", "ours is better by")
        for outcome in outcomes {
            for (index, figures) in outcome.contestants.enumerated() {
                func latency(_ note: String) -> String {
                    figures.notes[note].map { Figure.nanoseconds($0 * 1000) } ?? ""
                }
                table.add(
                    index == 0 ? outcome.title : "",
                    figures.name,
                    Figure.plain(figures.median) + " " + outcome.unit.rawValue,
                    latency("p50"),
                    latency("p99"),
                    index == 0 ? "" : Figure.ratio(outcome.ratio(to: figures))
                )
            }
        }
        return table.text
    }
}
