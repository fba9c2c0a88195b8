// SPDX-License-Identifier: Apache-2.0

/// The same work done by ours and by others.
package struct Comparison: Sendable {
    /// One of those who do the work.
    package struct Contestant: Sendable {
        package let name: String
        package let runner: Runner
    }

    /// Where a contestant's program is.
    package enum Runner: Sendable {
        case here(@Sendable (Duration) async throws -> Measurement)
        case go(String, argument: String = "")
        case java(String, argument: String = "")
        case python(String, argument: String = "")
    }

    /// What is done, in a few words.
    package let title: String
    /// Ours comes first.
    package let contestants: [Contestant]

    package init(_ title: String, _ contestants: (name: String, runner: Runner)...) {
        self.init(title, contestants)
    }

    package init(_ title: String, _ contestants: [(name: String, runner: Runner)]) {
        self.title = title
        self.contestants = contestants.map { Contestant(name: $0.name, runner: $0.runner) }
    }
}

extension Comparison {
    /// All rounds of a comparison.
    package struct Outcome: Codable, Sendable {
        /// The rounds of one contestant.
        package struct Figures: Codable, Sendable {
            package let name: String
            package let values: [Double]
            package let notes: [String: Double]

            package var median: Double { Quantiles(values).at(0.5) }
            package var low: Double { values.min() ?? 0 }
            package var high: Double { values.max() ?? 0 }
        }

        package let title: String
        package let contestants: [Figures]
    }

    /// The median of the first comparison in which a contestant of ours takes part; infinite if there is none.
    package static func median(of name: String, in outcomes: [Outcome]) -> Double {
        outcomes.lazy.compactMap { $0.contestants.first { $0.name == name } }.first?.median ?? .infinity
    }

    /// Runs the contestants in turn, round after round; the first round warms up and does not count.
    package func run(in laboratory: Laboratory) async throws -> Outcome {
        laboratory.note(title)
        var values: [[Double]] = Array(repeating: [], count: contestants.count)
        var notes: [[String: Double]] = Array(repeating: [:], count: contestants.count)
        for round in 0...laboratory.rounds {
            // Each round begins with another one, so that nobody always runs on what the same one left behind.
            for turn in contestants.indices {
                let index = (turn + round) % contestants.count
                let time = round == 0 ? laboratory.time * laboratory.warmUp : laboratory.time
                let measurement = try await measure(contestants[index].runner, for: time, in: laboratory)
                guard round > 0, let measurement else { continue }
                values[index].append(measurement.value)
                notes[index].merge(measurement.notes ?? [:]) { _, new in new }
            }
        }
        let figures = contestants.indices.filter { !values[$0].isEmpty }.map { index in
            Outcome.Figures(name: contestants[index].name, values: values[index], notes: notes[index])
        }
        return Outcome(title: title, contestants: figures)
    }

    private func measure(_ runner: Runner, for time: Duration, in laboratory: Laboratory) async throws -> Measurement? {
        switch runner {
        case .here(let measure): try await measure(time)
        case .go(let name, let argument): try laboratory.go?.measure(name, for: time, argument: argument)
        case .java(let name, let argument): try laboratory.java?.measure(name, for: time, argument: argument)
        case .python(let name, let argument): try laboratory.python?.measure(name, for: time, argument: argument)
        }
    }
}
