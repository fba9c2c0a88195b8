// SPDX-License-Identifier: Apache-2.0

import Harness

/// One of those who do the work.
protocol Contestant: Sendable {
    var name: String { get }

    /// Works for so long: operations a second, and in the notes `p50`, `p99` and `cpu`, in nanoseconds.
    func measure(_ workload: Workload, for time: Duration) async throws -> Measurement
}

/// All rounds of one contestant.
struct Outcome: Codable, Sendable {
    let command: String
    let callers: Int
    let name: String
    let throughputs: [Double]
    let p50: Double
    let p99: Double
    let cpu: Double

    var throughput: Double { Quantiles(throughputs).at(0.5) }
    var lowest: Double { throughputs.min() ?? 0 }
    var highest: Double { throughputs.max() ?? 0 }

    /// Runs the contestants in turn, round after round; the first round warms up and does not count.
    static func all(
        of workload: Workload,
        _ contestants: [any Contestant],
        rounds: Int,
        time: Duration
    ) async throws -> [Outcome] {
        var measurements: [[Measurement]] = Array(repeating: [], count: contestants.count)
        for round in 0...rounds {
            for turn in contestants.indices {
                let index = (turn + round) % contestants.count
                let measurement = try await contestants[index].measure(workload, for: time)
                if round > 0 { measurements[index].append(measurement) }
            }
        }
        return zip(contestants, measurements).map { contestant, measurements in
            func median(_ note: String) -> Double {
                Quantiles(measurements.map { $0.notes?[note] ?? 0 }).at(0.5)
            }
            return Outcome(
                command: workload.command.rawValue,
                callers: workload.callers,
                name: contestant.name,
                throughputs: measurements.map(\.value),
                p50: median("p50"),
                p99: median("p99"),
                cpu: median("cpu")
            )
        }
    }
}
