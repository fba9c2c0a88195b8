// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Harness

/// Measures the libraries of concurrency, batching, memory and network beside their peers.
@main
struct FlowBenchmark: AsyncParsableCommand {
    /// What can be measured by itself.
    enum Part: String, ExpressibleByArgument, CaseIterable {
        case overhead, timers, goodput, hedging, budgets
    }

    static let configuration = CommandConfiguration(
        abstract: "Measures the libraries of concurrency, batching, memory and network beside their peers."
    )

    @Option(help: "The program of Go's peers; without it they are left out.")
    var go: String?

    @Option(parsing: .upToNextOption, help: "The command of Python's peers; without it they are left out.")
    var python: [String] = []

    @Option(help: "Where to write all figures as JSON.")
    var json: String?

    @Option(help: "The folder to write the plots to.")
    var images: String?

    @Option(parsing: .upToNextOption, help: "Only these parts.")
    var only: [Part] = Part.allCases

    @Option(help: "Of the overhead, only what has this in its title.")
    var match = ""

    @Flag(help: "Takes a minute instead of six; good to see that all works.")
    var quick = false

    @Flag(help: .hidden)
    var serve = false

    func run() async throws {
        guard !serve else {
            return try await UpstreamServer.run()
        }
        let server = try PeerProcess([CommandLine.arguments[0], "--serve"])
        defer { server.stop() }
        let upstream = try server.readLine()
        let laboratory = Laboratory(
            go: try go.map { try PeerProcess([$0]) },
            python: try python.isEmpty ? nil : PeerProcess(python),
            rounds: quick ? 2 : 5,
            time: quick ? .milliseconds(30) : .milliseconds(150),
            isQuick: quick,
            match: match
        )
        defer { laboratory.stop() }
        let report = try await measure(in: laboratory, upstream: upstream)
        if let json {
            try report.writeJSON(to: json)
        }
        if let images {
            try plot(report, to: URL(fileURLWithPath: images))
        }
    }

    private func measure(in laboratory: Laboratory, upstream: String) async throws -> Report {
        var report = Report(circumstances: .init(rounds: laboratory.rounds))
        if only.contains(.overhead) {
            report.overhead = try await Overhead.run(in: laboratory, upstream: upstream)
            Console.print(Overhead.table(of: report.overhead) + "\n")
        }
        if only.contains(.timers) {
            report.timers = try await TimerPrecision.run(in: laboratory)
            Console.print(TimerPrecision.table(of: report.timers) + "\n")
        }
        if only.contains(.goodput) {
            report.goodput = try await GoodputExperiment.run(in: laboratory)
            Console.print(GoodputExperiment.table(of: report.goodput) + "\n")
        }
        if only.contains(.hedging) {
            report.hedging = try await HedgingExperiment.run(in: laboratory, upstream: upstream)
            Console.print(HedgingExperiment.table(of: report.hedging) + "\n")
        }
        if only.contains(.budgets) {
            report.budgets = try await Budget.all(
                in: laboratory,
                upstream: upstream,
                overhead: report.overhead,
                timers: report.timers
            )
            Console.print(Budget.table(of: report.budgets) + "\n")
        }
        Console.print("\(report.circumstances)")
        return report
    }

    private func plot(_ report: Report, to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let plots = [
            ("goodput.svg", report.goodput.isEmpty ? nil : GoodputExperiment.plot(of: report.goodput)),
            ("hedging.svg", report.hedging.isEmpty ? nil : HedgingExperiment.plot(of: report.hedging)),
        ]
        for case (let name, let plot?) in plots {
            try Data(plot.svg.utf8).write(to: folder.appendingPathComponent(name))
        }
    }
}
