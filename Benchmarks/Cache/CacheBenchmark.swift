// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Harness

/// Measures the memory cache beside its peers.
@main
struct CacheBenchmark: AsyncParsableCommand {
    /// What can be measured by itself.
    enum Part: String, ExpressibleByArgument, CaseIterable {
        case throughput, footprint, hitRatios = "hit-ratios", invalidation
    }

    static let configuration = CommandConfiguration(abstract: "Measures the memory cache beside its peers.")

    @Option(parsing: .upToNextOption, help: "The command of Go's peers; without it they are left out.")
    var go: [String] = []

    @Option(parsing: .unconditional, help: "The class path of Java's peer; without it it is left out.")
    var java: String?

    @Option(parsing: .upToNextOption, help: "The command of Python's peer; without it it is left out.")
    var python: [String] = []

    @Option(help: "A folder of recorded streams of keys (.txt.gz, one number a line); if absent they are left out.")
    var traces = "../shared/traces"

    @Option(help: "Where to write all figures as JSON.")
    var json: String?

    @Option(parsing: .upToNextOption, help: "Only these parts.")
    var only: [Part] = Part.allCases

    @Option(help: "Of the throughput, only what has this in its title.")
    var match = ""

    @Flag(help: "Takes less than a minute instead of six; good to see that all works.")
    var quick = false

    func run() async throws {
        let scratch = try ScratchFolder()
        defer { scratch.remove() }
        let streams = ThroughputStreams()
        try streams.write(to: scratch.url)
        let peers = Peers(go: go, java: java, python: python, streams: scratch.url.path)
        let laboratory = Laboratory(
            go: try peers.startGo(),
            python: try peers.startPython(),
            rounds: quick ? 2 : 5,
            time: quick ? .milliseconds(50) : .milliseconds(250),
            warmUp: 4,
            isQuick: quick,
            match: match
        )
        defer { laboratory.stop() }
        let report = try await measure(in: laboratory, peers, streams, scratch)
        if let json { try report.writeJSON(to: json) }
    }

    private func measure(
        in laboratory: Laboratory,
        _ peers: Peers,
        _ streams: ThroughputStreams,
        _ scratch: ScratchFolder
    ) async throws -> CacheReport {
        var report = CacheReport(circumstances: .init(rounds: laboratory.rounds))
        if only.contains(.throughput) {
            report.throughput = try await Throughput.run(in: laboratory, peers, streams)
            Console.print(Throughput.table(of: report.throughput) + "\n")
            Console.print(Throughput.hitRatioTable(of: report.throughput) + "\n")
        }
        if only.contains(.footprint) {
            report.footprints = try Footprint.run(in: laboratory, peers)
            Console.print(Footprint.table(of: report.footprints) + "\n")
        }
        if only.contains(.hitRatios) {
            let experiment = HitRatioExperiment(laboratory: laboratory, java: try peers.startJava())
            defer { experiment.java?.stop() }
            if let recorded = RecordedTraces(folder: traces) {
                report.recorded = try await experiment.run(recorded)
                Console.print(HitRatioExperiment.table(of: report.recorded) + "\n")
            } else {
                Console.print("recorded streams are left out: there is no folder \(traces)\n")
            }
            report.generated = try await experiment.run(GeneratedTraces(laboratory), in: scratch)
            Console.print(HitRatioExperiment.table(of: report.generated) + "\n")
        }
        if only.contains(.invalidation) {
            report.invalidations = try InvalidationExperiment.run(in: laboratory)
            Console.print(InvalidationExperiment.table(of: report.invalidations) + "\n")
        }
        Console.print(report.aims.text + "\n")
        Console.print("\(report.circumstances)")
        return report
    }
}
