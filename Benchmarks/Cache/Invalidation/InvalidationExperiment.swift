// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESCache
import Synchronization

/// How long it takes to invalidate some of many entries, and how long a read waits meanwhile.
enum InvalidationExperiment {
    struct Outcome: Codable, Sendable {
        let by: String
        let entries: Int
        let removedEach: Int
        /// Milliseconds of each invalidation.
        let times: [Double]
        /// The longest read, in microseconds, of a thread that did nothing but read while all that went on.
        let longestRead: Double
        /// The same for as long a time without invalidations.
        let longestReadBefore: Double
        /// How many reads there were while it went on.
        let reads: Int

        var median: Double { Quantiles(times).at(0.5) }
        var longest: Double { times.max() ?? 0 }
    }

    /// How many entries belong together.
    private static var groupSize: Int { 1_000 }

    static func run(in laboratory: Laboratory) throws -> [Outcome] {
        laboratory.note("invalidation")
        let groups = laboratory.isQuick ? 100 : 1_000
        let rounds = groups / 20
        let keys = (0..<groups * groupSize).map { "user:\($0 % groups):item:\($0 / groups)" }
        var configuration = MemoryCache<String, Int>.Configuration(limit: .count(keys.count * 11 / 10))
        configuration.indexesKeys = true
        let cache = try MemoryCache<String, Int>(configuration: configuration)
        for (number, key) in keys.enumerated() {
            cache.set(number, forKey: key, tags: ["user:\(number % groups)"])
        }
        let entries = cache.count
        return [
            measure("tag", cache, keys, entries, 0..<rounds) { cache.invalidate(tag: "user:\($0)") },
            measure("pattern", cache, keys, entries, rounds..<rounds * 2) {
                cache.invalidate(matching: "user:\($0):*")
            },
        ]
    }

    private static func measure(
        _ name: String,
        _ cache: MemoryCache<String, Int>,
        _ keys: [String],
        _ entries: Int,
        _ groups: Range<Int>,
        _ invalidate: @escaping @Sendable (_ group: Int) -> Int
    ) -> Outcome {
        var times: [Duration] = []
        var removed = 0
        let clock = ContinuousClock()
        let (longest, reads) = longestRead(cache, keys) {
            for group in groups {
                times.append(clock.measure { removed += invalidate(group) })
            }
        }
        let total = times.reduce(.zero, +)
        let (longestBefore, _) = longestRead(cache, keys) {
            let end = clock.now + total
            while clock.now < end {}
        }
        return Outcome(
            by: name,
            entries: entries,
            removedEach: removed / groups.count,
            times: times.map(\.milliseconds),
            longestRead: longest.nanoseconds / 1e3,
            longestReadBefore: longestBefore.nanoseconds / 1e3,
            reads: reads
        )
    }

    /// Reads on another thread for as long as the body runs on this one.
    private static func longestRead(
        _ cache: MemoryCache<String, Int>,
        _ keys: [String],
        during body: () -> Void
    ) -> (longest: Duration, reads: Int) {
        let reader = Reader(cache: cache, keys: keys)
        reader.start()
        body()
        return reader.stop()
    }

    static func table(of outcomes: [Outcome]) -> String {
        var table = MarkdownTable(
            "by",
            header: [
                "of entries", "removed each", "median", "longest", "longest read meanwhile", "and without",
                "reads meanwhile",
            ]
        )
        for outcome in outcomes {
            table.add(
                outcome.by,
                [
                    "\(outcome.entries)",
                    "\(outcome.removedEach)",
                    Figure.nanoseconds(outcome.median * 1e6),
                    Figure.nanoseconds(outcome.longest * 1e6),
                    Figure.nanoseconds(outcome.longestRead * 1e3),
                    Figure.nanoseconds(outcome.longestReadBefore * 1e3),
                    "\(outcome.reads)",
                ]
            )
        }
        return table.text
    }
}
