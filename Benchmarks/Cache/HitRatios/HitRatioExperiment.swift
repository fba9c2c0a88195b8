// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness
import R3MESCache

/// How often ours hits on a stream of keys, beside LRU, Caffeine and the most that is possible.
struct HitRatioExperiment {
    /// One stream and size; ratios from 0 to 1.
    struct Outcome: Codable, Sendable {
        let trace: String
        let size: Int
        let requests: Int
        let ours: Double
        let lru: Double
        let caffeine: Double?
        let optimal: Double
    }

    /// The sizes, as parts of the distinct keys.
    private static let parts = [0.05, 0.2, 0.5]

    let laboratory: Laboratory
    let java: PeerProcess?

    func run(_ traces: RecordedTraces) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for file in traces.files {
            let name = String(file.lastPathComponent.prefix { $0 != "." })
            outcomes += try await run(name, RecordedTraces.read(file), file: file)
        }
        return outcomes
    }

    func run(_ traces: GeneratedTraces, in scratch: ScratchFolder) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for (number, trace) in traces.all.enumerated() {
            let file = scratch.url.appendingPathComponent("\(number).txt")
            // The keys of mailboxes do not fit into 32 bits, which the peer has.
            var numbers: [Int: Int] = [:]
            let text = trace.keys.map { key -> String in
                let number = numbers[key, default: numbers.count]
                numbers[key] = number
                return "\(number)\n"
            }
            try Data(text.joined().utf8).write(to: file)
            outcomes += try await run(trace.name, KeyTrace(trace.keys), file: file)
        }
        return outcomes
    }

    private func run(_ name: String, _ trace: KeyTrace, file: URL) async throws -> [Outcome] {
        laboratory.note("hit ratios, \(name)")
        let sizes = Self.parts.map { max(1, Int(Double(trace.distinctKeys) * $0)) }
        let policies: [SimulationPolicy] = [.wTinyLFU, .lru, .optimal]
        let results = try await CacheSimulator(trace).run(policies: policies, sizes: sizes)
        return try sizes.enumerated().map { index, size in
            let ratios = results[index * policies.count..<(index + 1) * policies.count].map(\.hitRatio)
            let caffeine = try java?.measure("trace", for: .zero, argument: "\(file.path) \(size)").value
            return Outcome(
                trace: name,
                size: size,
                requests: trace.count,
                ours: ratios[0],
                lru: ratios[1],
                caffeine: caffeine,
                optimal: ratios[2]
            )
        }
    }
}

extension HitRatioExperiment.Outcome {
    /// By how many points ours is above LRU.
    var aboveLRU: Double { (ours - lru) * 100 }
    /// By how many points ours is above Caffeine.
    var aboveCaffeine: Double? { caffeine.map { (ours - $0) * 100 } }
    /// At most 0.3 points under LRU and 1 point under Caffeine.
    var isReached: Bool { aboveLRU >= -0.3 && (aboveCaffeine ?? 0) >= -1 }
}

extension HitRatioExperiment {
    static func table(of outcomes: [Outcome]) -> String {
        var table = MarkdownTable(
            "hit ratio, %",
            header: ["size", "LRU", "Caffeine", "MemoryCache", "optimal", "above LRU", "above Caffeine"]
        )
        for outcome in outcomes {
            table.add(
                outcome.trace,
                [
                    "\(outcome.size)",
                    points(outcome.lru * 100),
                    outcome.caffeine.map { points($0 * 100) } ?? "",
                    points(outcome.ours * 100),
                    points(outcome.optimal * 100),
                    points(outcome.aboveLRU),
                    outcome.aboveCaffeine.map(points) ?? "",
                ]
            )
        }
        return table.text
    }

    private static func points(_ value: Double) -> String {
        String(format: "%.1f", value)
    }
}
