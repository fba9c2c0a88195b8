// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Harness
import R3MESDatabase

/// Measures `PostgresDatabase` beside its peers, on one server and in turns.
@main
struct DatabaseBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures PostgresDatabase beside its peers, on one server and in turns."
    )

    @Option(help: "The server's URL.")
    var url: String

    @Option(help: "The program of Go's peer; without it, it is left out.")
    var go: String?

    @Option(parsing: .upToNextOption, help: "The command of Python's peer; without it, it is left out.")
    var python: [String] = []

    @Option(help: "The command of the peers that are the server's own programs; without it, they are left out.")
    var tools: String?

    @Option(help: "Where to write all figures as JSON.")
    var json: String?

    @Option(help: "Only what has this in its title.")
    var match = ""

    @Flag(help: "Takes a minute instead of six; good to see that all works.")
    var quick = false

    private static let faults = "connections cut under load"

    func run() async throws {
        let others = Peers(
            processes: [
                "pgx": try go.map { try PeerProcess([$0, url]) },
                "asyncpg": try python.isEmpty ? nil : PeerProcess(python + [url]),
                "PostgreSQL's own": try tools.map { try PeerProcess([$0, url]) },
            ].compactMapValues { $0 },
            rounds: quick ? 2 : 5,
            time: quick ? .milliseconds(300) : .milliseconds(1500)
        )
        defer {
            for peer in others.processes.values { peer.stop() }
        }
        let ours = try await Ours(url: url)
        try await ours.makeTables()
        var outcomes: [Workload.Outcome] = []
        for workload in Workload.all where match.isEmpty || workload.title.contains(match) {
            let outcome = try await workload.run(ours, beside: others)
            outcomes.append(outcome)
            Console.print(outcome.line)
        }
        if !outcomes.isEmpty { Console.print("\n" + Workload.table(of: outcomes)) }
        if match.isEmpty || Self.faults.contains(match) {
            Console.note(Self.faults)
            let figures = try await ours.faults(callers: 64, for: quick ? .seconds(2) : .seconds(10))
            Console.print("\n" + figures.table)
        }
        await ours.database.shutdown()
        if let json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(outcomes).write(to: URL(fileURLWithPath: json))
        }
    }
}
