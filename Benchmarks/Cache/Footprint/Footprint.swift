// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESCache
import R3MESMemory

/// The bytes an entry takes in a cache that is full, its key and value not counted, as they were there before.
struct Footprint: Codable, Sendable {
    let keys: KeyKind
    let name: String
    let bytesPerEntry: Double
    /// How many entries the cache held; some never hold as many as they may.
    let entries: Double

    static func run(in laboratory: Laboratory, _ peers: Peers) throws -> [Footprint] {
        let count = laboratory.isQuick ? 100_000 : 1_000_000
        return try run(Int.self, count: count, in: laboratory, peers)
            + run(String.self, count: count, in: laboratory, peers)
    }

    static func table(of footprints: [Footprint]) -> String {
        var table = MarkdownTable("keys", header: ["who", "bytes per entry", "entries"])
        for footprint in footprints {
            table.add(
                footprint.keys.title,
                [footprint.name, Figure.plain(footprint.bytesPerEntry), Figure.plain(footprint.entries)]
            )
        }
        return table.text
    }

    private static func run<Key: BenchmarkKey>(
        _ type: Key.Type,
        count: Int,
        in laboratory: Laboratory,
        _ peers: Peers
    ) throws -> [Footprint] {
        laboratory.note("bytes per entry, \(Key.kind.title)")
        // Each in a process that has done nothing of the kind before, or what was freed there would be used again.
        let java = try peers.startJava()
        let (go, python) = (try peers.startGo(), try peers.startPython())
        defer {
            for peer in [java, go, python] { peer?.stop() }
        }
        func ask(_ peer: PeerProcess?, _ cache: String) throws -> Measurement? {
            try peer?.measure("footprint", for: .zero, argument: "\(cache) \(Key.kind.rawValue) \(count)")
        }
        let measurements = [
            ("MemoryCache", try ours(Key.self, count: count)),
            ("Caffeine", try ask(java, "caffeine")),
            ("ristretto", try ask(go, "ristretto")),
            ("theine", try ask(python, "theine")),
            ("mutex LRU", try ask(go, "lru")),
        ]
        return measurements.compactMap { name, measurement in
            measurement.map {
                Footprint(
                    keys: Key.kind,
                    name: name,
                    bytesPerEntry: $0.value,
                    entries: $0.notes?["entries"] ?? 0
                )
            }
        }
    }

    private static func ours<Key: BenchmarkKey>(_ type: Key.Type, count: Int) throws -> Measurement {
        let keys = (0..<count).map { Key(number: $0) }
        let before = HeapUsage.current?.inUse ?? 0
        let cache = try MemoryCache<Key, Key>(.count(count))
        for key in keys { cache.set(key, forKey: key) }
        let bytes = (HeapUsage.current?.inUse ?? 0) - before
        let entries = cache.count
        return Measurement(value: Double(bytes) / Double(entries), notes: ["entries": Double(entries)])
    }
}
