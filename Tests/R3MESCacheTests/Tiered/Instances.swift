// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import R3MESTestSupport
import Synchronization
import Testing

@testable import R3MESCache

/// As many instances as a test wants, each with a client and a memory of its own, over one Redis.
func withInstances(
    _ count: Int,
    on server: RedisClient.Configuration,
    namespace: String = "test-\(UUID().uuidString)",
    runs: Bool = true,
    _ change: (inout TieredCache<String>.Configuration) -> Void = { _ in },
    _ body: ([TieredCache<String>]) async throws -> Void
) async throws {
    var configuration = TieredCache<String>.Configuration()
    // So that machines that are busy with other tests don't make it look late.
    configuration.maximumDelay = .seconds(60)
    configuration.options.probeInterval = .milliseconds(20)
    configuration.options.retryInterval = .milliseconds(20)
    change(&configuration)
    let caches = try (0..<count).map { _ in
        try TieredCache(
            memory: MemoryCache(.count(10_000)),
            redis: RedisCache(RedisClient(server), .init(namespace: namespace), codec: .text),
            configuration: configuration
        )
    }
    let tasks = caches.filter { _ in runs }.map { cache in Task { try await cache.run() } }
    func end() async {
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.result }
        _ = try? await caches.first?.redis.removeAll()
        for cache in caches { await cache.redis.client.shutdown(within: .zero) }
    }
    do {
        if runs {
            for cache in caches { try await eventually { cache.status.mode == .coherent } }
        }
        try await body(caches)
    } catch {
        await end()
        throw error
    }
    await end()
}

/// Where values come from: counts how often it is asked.
final class Source: Sendable {
    private let values = Mutex<[String: Int]>([:])
    private let tally = Shared(0)

    var loads: Int { tally.value }

    subscript(key: String) -> Int {
        get { values.withLock { $0[key] ?? 0 } }
        set { values.withLock { $0[key] = newValue } }
    }

    func load(_ key: String) async -> LoadedValue<String> {
        tally.increment()
        let value = self[key]
        await Task.yield()
        return LoadedValue(String(value), tags: ["all"])
    }
}
