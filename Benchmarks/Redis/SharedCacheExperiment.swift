// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESCache

/// Measures the cache that instances share: how long changes take, here and until the other instance knows.
struct SharedCacheExperiment {
    let server: RedisClient.Configuration
    let entries: Int
    let rounds: Int

    private static let keysPerRound = 1000

    func run() async throws -> [SharedCacheFigure] {
        let one = try Instance(server)
        let two = try Instance(server)
        let tasks = [one, two].map { instance in Task { try await instance.cache.run() } }
        defer { for task in tasks { task.cancel() } }
        try await one.untilCoherent()
        try await two.untilCoherent()
        let figures = try await measure(one, two)
        for task in tasks { task.cancel() }
        await one.client.shutdown()
        await two.client.shutdown()
        return figures
    }

    private func measure(_ one: Instance, _ two: Instance) async throws -> [SharedCacheFigure] {
        Console.note("storing \(entries) entries")
        let redis = one.cache.redis
        for start in stride(from: 0, to: entries, by: Self.keysPerRound) {
            let keys = start..<min(start + Self.keysPerRound, entries)
            try await redis.setMany(Dictionary(uniqueKeysWithValues: keys.map { ("filler:\($0)", Workload.value) }))
        }
        Console.note("measuring")
        return [
            try await invalidation(redis, "1,000 of \(entries) by tag", tags: ["some"]) {
                try await redis.invalidate(tag: "some")
            },
            try await invalidation(redis, "1,000 of \(entries) by pattern", tags: []) {
                try await redis.invalidate(matching: "some:*")
            },
            try await spread(one.cache, two.cache),
            try await warming(one.cache),
        ]
    }

    /// How long the removal takes, and how long another client's reads take meanwhile at worst.
    private func invalidation(
        _ redis: RedisCache<String>,
        _ title: String,
        tags: [String],
        _ remove: @escaping @Sendable () async throws -> Int
    ) async throws -> SharedCacheFigure {
        let values = Dictionary(
            uniqueKeysWithValues: (0..<Self.keysPerRound).map { ("some:\($0)", Workload.value) }
        )
        let clock = ContinuousClock()
        let bystander = try RedisClient(server)
        try await bystander.ping()
        var samples: [Double] = []
        var longest = 0.0
        for _ in 0..<rounds {
            try await redis.setMany(values, tags: tags)
            let reading = Task { @concurrent in
                var longest = Duration.zero
                while !Task.isCancelled {
                    let start = clock.now
                    do { _ = try await bystander.get("nothing") } catch { break }
                    longest = max(longest, start.duration(to: clock.now))
                }
                return longest
            }
            let start = clock.now
            let count = try await remove()
            samples.append(start.duration(to: clock.now).nanoseconds)
            reading.cancel()
            longest = max(longest, await reading.value.nanoseconds)
            precondition(count == Self.keysPerRound, "removed \(count)")
        }
        await bystander.shutdown()
        return SharedCacheFigure(title: title, samples: samples, bystander: longest)
    }

    /// From the call that changes a value to the moment the other instance reads the new one.
    private func spread(
        _ one: TieredCache<String>,
        _ two: TieredCache<String>
    ) async throws -> SharedCacheFigure {
        let clock = ContinuousClock()
        var samples: [Double] = []
        for round in 0..<(rounds * 50) {
            await one.set("old", forKey: "k\(round)")
            while two.memory.peek("k\(round)") == nil { _ = await two.get("k\(round)") }
            let start = clock.now
            await one.set("new", forKey: "k\(round)")
            while await two.get("k\(round)") != "new" { await Task.yield() }
            samples.append(start.duration(to: clock.now).nanoseconds)
        }
        return SharedCacheFigure(title: "a change, until the other instance reads it", samples: samples, bystander: nil)
    }

    private func warming(_ cache: TieredCache<String>) async throws -> SharedCacheFigure {
        let keys = (0..<1000).map { "filler:\($0)" }
        var samples: [Double] = []
        for _ in 0..<rounds {
            cache.memory.removeAll()
            let report = await CacheWarmer { keys }.warm { keys in
                _ = try await cache.values(forKeys: keys) { _ in [:] }
            }
            precondition(report.loaded == 1000, "warmed \(report.loaded)")
            samples.append(report.duration.nanoseconds)
        }
        return SharedCacheFigure(title: "warming 1,000 entries from Redis", samples: samples, bystander: nil)
    }

    private struct Instance {
        let client: RedisClient
        let cache: TieredCache<String>

        init(_ server: RedisClient.Configuration) throws {
            client = try RedisClient(server)
            let redis = try RedisCache(client, .init(namespace: "benchmark"), codec: .text)
            cache = try TieredCache(memory: MemoryCache(.count(100_000)), redis: redis)
        }

        func untilCoherent() async throws {
            while cache.status.mode != .coherent { try await Task.sleep(for: .milliseconds(5)) }
        }
    }
}

/// What one part of the experiment found, in nanoseconds.
struct SharedCacheFigure: Codable, Sendable {
    let title: String
    let samples: [Double]
    /// The longest that another client's read took meanwhile.
    let bystander: Double?

    static func table(of figures: [SharedCacheFigure]) -> String {
        var table = MarkdownTable("what", "median", "highest", "others' longest read meanwhile")
        for figure in figures {
            let quantiles = Quantiles(figure.samples)
            table.add(
                figure.title,
                Figure.nanoseconds(quantiles.at(0.5)),
                Figure.nanoseconds(quantiles.maximum),
                figure.bystander.map { Figure.nanoseconds($0) } ?? ""
            )
        }
        return table.text
    }
}
