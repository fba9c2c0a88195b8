// SPDX-License-Identifier: Apache-2.0

import Harness

/// Operations per second of ours and of the peers.
enum Throughput {
    /// Those who are measured, by the names under which they appear in the tables; ours comes first.
    static let contestants = ["MemoryCache", "Caffeine", "ristretto", "theine", "mutex LRU"]

    static func run(
        in laboratory: Laboratory,
        _ peers: Peers,
        _ streams: ThroughputStreams
    ) async throws -> [Comparison.Outcome] {
        try await outcomes(of: Int.self, in: laboratory, peers, streams)
            + outcomes(of: String.self, in: laboratory, peers, streams)
    }

    private static func outcomes<Key: BenchmarkKey>(
        of type: Key.Type,
        in laboratory: Laboratory,
        _ peers: Peers,
        _ streams: ThroughputStreams
    ) async throws -> [Comparison.Outcome] {
        // A virtual machine compiles its code for the kind of keys that it has seen, and would for both be slower than for one.
        var laboratory = laboratory
        laboratory.java = try peers.startJava()
        defer { laboratory.java?.stop() }
        let keys = (0..<ThroughputStreams.keys).map { Key(number: $0) }
        var outcomes: [Comparison.Outcome] = []
        for work in Work.allCases {
            for threads in 1...2 {
                let comparison = try comparison(of: work, threads: threads, keys, streams)
                guard laboratory.match.isEmpty || comparison.title.contains(laboratory.match) else { continue }
                outcomes.append(try await comparison.run(in: laboratory))
            }
        }
        return outcomes
    }

    private static func comparison<Key: BenchmarkKey>(
        of work: Work,
        threads: Int,
        _ keys: [Key],
        _ streams: ThroughputStreams
    ) throws -> Comparison {
        let loop = try CacheLoop(work, threads: threads, keys: keys, streams)
        func question(_ cache: String) -> String { "\(cache) \(work.rawValue) \(Key.kind.rawValue) \(threads)" }
        return Comparison(
            title(work, Key.kind, threads: threads),
            [
                ("MemoryCache", .here { loop.measure(for: $0) }),
                ("Caffeine", .java("throughput", argument: question("caffeine"))),
                ("ristretto", .go("throughput", argument: question("ristretto"))),
                ("theine", .python("throughput", argument: question("theine"))),
                ("mutex LRU", .go("throughput", argument: question("lru"))),
            ]
        )
    }

    private static func title(_ work: Work, _ keys: KeyKind, threads: Int) -> String {
        "\(work.rawValue), \(keys.title), \(threads) thread\(threads == 1 ? "" : "s")"
    }
}
