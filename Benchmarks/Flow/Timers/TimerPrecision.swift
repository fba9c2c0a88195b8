// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESConcurrency

/// By how much timeouts strike late, beside Go's and asyncio's.
enum TimerPrecision {
    /// The observations of one contestant for one timeout, in microseconds.
    struct Outcome: Codable, Sendable {
        let name: String
        let milliseconds: Int
        let samples: [Double]
    }

    private static let contestants = ["withTimeout", "Go context.WithTimeout", "asyncio.timeout"]
    /// Between the starts of two timeouts; no divisor of the timeouts, so that starts and ends don't coincide.
    private static let spacing = Duration.microseconds(5_300)
    private static let samplesARound = 100

    static func run(in laboratory: Laboratory) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for milliseconds in [1, 100, 1_000] {
            laboratory.note("timeouts of \(milliseconds) ms")
            var samples: [[Double]] = Array(repeating: [], count: contestants.count)
            for _ in 0..<laboratory.rounds {
                samples[0] += try await lateness(of: .milliseconds(milliseconds))
                let question = "\(milliseconds) \(samplesARound) \(spacing.milliseconds)"
                samples[1] += try laboratory.go?.measure("precision", for: .zero, argument: question).samples ?? []
                samples[2] += try laboratory.python?.measure("precision", for: .zero, argument: question).samples ?? []
            }
            outcomes += zip(contestants, samples).map {
                Outcome(name: $0, milliseconds: milliseconds, samples: $1)
            }
        }
        return outcomes
    }

    /// The microseconds after which callers are back beyond the timeout, one sample a caller.
    @concurrent
    static func lateness(of timeout: Duration, samples count: Int = samplesARound) async throws -> [Double] {
        let clock = ContinuousClock()
        let begin = clock.now
        return try await withThrowingTaskGroup { group in
            for index in 0..<count {
                try await clock.sleep(until: begin + spacing * index, tolerance: .zero)
                group.addTask { @concurrent in
                    let start = clock.now
                    do {
                        try await withTimeout(timeout) { try await Task.sleep(for: .seconds(3_600)) }
                    } catch let error as ConcurrencyError where error.code == .timedOut {}
                    return (start.duration(to: clock.now) - timeout).nanoseconds / 1e3
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    static func table(of outcomes: [Outcome]) -> String {
        var table = MarkdownTable("timeout", "who", "late by p50", "p99", "most", "samples")
        for outcome in outcomes where !outcome.samples.isEmpty {
            let late = Quantiles(outcome.samples)
            table.add(
                outcome.name == contestants[0] ? "\(outcome.milliseconds) ms" : "",
                outcome.name,
                Figure.nanoseconds(late.at(0.5) * 1e3),
                Figure.nanoseconds(late.at(0.99) * 1e3),
                Figure.nanoseconds(late.maximum * 1e3),
                "\(late.count)"
            )
        }
        return table.text
    }
}
