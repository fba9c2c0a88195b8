// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// When it was measured, on how many processors, and under which load of others.
package struct Circumstances: Codable, Sendable, CustomStringConvertible {
    package let date: Date
    package let processors: Int
    /// The average load of the last minute before the first measurement.
    package let load: Double
    package let rounds: Int

    package init(rounds: Int) {
        date = Date()
        processors = ProcessInfo.processInfo.activeProcessorCount
        let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? ""
        load = text.split(separator: " ").first.flatMap { Double($0) } ?? .nan
        self.rounds = rounds
    }

    package var description: String { "load of the machine before: \(load), processors: \(processors)" }
}

extension Encodable {
    /// Writes all that one run found out, for machines.
    package func writeJSON(to path: String) throws {
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
