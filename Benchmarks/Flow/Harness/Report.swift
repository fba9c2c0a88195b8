// SPDX-License-Identifier: Apache-2.0

import Foundation

/// All that one run found out, for machines.
struct Report: Codable, Sendable {
    /// When, on how many processors, and under which load of others.
    struct Circumstances: Codable, Sendable {
        let date: Date
        let processors: Int
        /// The average load of the last minute before the first measurement.
        let load: Double
        let rounds: Int

        init(rounds: Int) {
            date = Date()
            processors = ProcessInfo.processInfo.activeProcessorCount
            let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
            load = text.split(separator: " ").first.flatMap { Double($0) } ?? .nan
            self.rounds = rounds
        }
    }

    let circumstances: Circumstances
    var overhead: [Comparison.Outcome] = []
    var timers: [TimerPrecision.Outcome] = []
    var goodput: [GoodputExperiment.Point] = []
    var hedging: [HedgingExperiment.Outcome] = []
    var budgets: [Budget] = []

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.dateEncodingStrategy = .iso8601
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        try encoder.encode(self).write(to: URL(fileURLWithPath: path))
    }
}
