// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Harness
import R3MESCache

/// Measures the Redis client beside redis-benchmark and redis-py.
@main
struct RedisBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measures the Redis client beside redis-benchmark and redis-py, in turns."
    )

    @Option(help: "The server, which is filled with keys.")
    var url: String

    @Option(parsing: .upToNextOption, help: "The command of Python's peer; without it it is left out.")
    var python: [String] = []

    @Option(help: "Where to write all figures as JSON.")
    var json: String?

    @Option(help: "How long each contestant runs in each round, in milliseconds.")
    var time = 1000

    @Option(help: "How many rounds count.")
    var rounds = 5

    @Option(help: "How many connections our client has.")
    var connections = 1

    @Option(parsing: .upToNextOption, help: "Only these commands.")
    var only: [Workload.Command] = Workload.Command.allCases

    @Option(parsing: .upToNextOption, help: "Only these numbers of callers.")
    var callers = [1, 64, 512]

    @Flag(help: "Leaves the peers out; good for a profiler.")
    var alone = false

    @Flag(help: "Measures the cache that instances share, and not the client.")
    var shared = false

    @Option(help: "How many entries that cache holds meanwhile.")
    var entries = 1_000_000

    func run() async throws {
        if shared {
            let experiment = SharedCacheExperiment(server: try .init(url: url), entries: entries, rounds: rounds)
            Console.print(SharedCacheFigure.table(of: try await experiment.run()))
            return
        }
        var configuration = try RedisClient.Configuration(url: url)
        configuration.connectionCount = connections
        let ours = OurClient(client: try RedisClient(configuration))
        try await ours.fill()
        let peer = try alone || python.isEmpty ? nil : PeerProcess(python + [url])
        defer { peer?.stop() }
        var contestants: [any Contestant] = [ours]
        if !alone {
            contestants += [
                try RedisBenchmarkTool(url: url, pipeline: 1), try RedisBenchmarkTool(url: url, pipeline: 16),
            ]
            if let peer { contestants.append(PythonClient(process: peer)) }
        }
        var outcomes: [Outcome] = []
        var table = MarkdownTable(
            "command, callers",
            "client",
            "ops/s",
            "lowest",
            "highest",
            "p50",
            "p99",
            "CPU per op"
        )
        for command in only {
            for callers in callers {
                let workload = Workload(command: command, callers: callers)
                Console.note("\(workload)")
                for outcome in try await Outcome.all(
                    of: workload,
                    contestants,
                    rounds: rounds,
                    time: .milliseconds(time)
                ) {
                    outcomes.append(outcome)
                    table.add(
                        "\(workload)",
                        outcome.name,
                        Figure.plain(outcome.throughput),
                        Figure.plain(outcome.lowest),
                        Figure.plain(outcome.highest),
                        Figure.nanoseconds(outcome.p50),
                        Figure.nanoseconds(outcome.p99),
                        Figure.nanoseconds(outcome.cpu)
                    )
                }
            }
        }
        Console.print(table.text)
        if let json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try encoder.encode(outcomes).write(to: URL(fileURLWithPath: json))
        }
        await ours.client.shutdown()
    }
}
