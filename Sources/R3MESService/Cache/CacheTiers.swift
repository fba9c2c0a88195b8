// SPDX-License-Identifier: Apache-2.0

import R3MESCache
import ServiceLifecycle

/// One kind of value, remembered in memory alone or in memory over Redis.
enum CacheTiers<Value: Sendable>: Sendable {
    case memory(MemoryCache<String, Value>)
    case shared(TieredCache<Value>)

    /// The value of a key, loaded by one of all who miss it at the same time; that there is none is not remembered.
    func value(
        forKey key: String,
        load: @escaping @Sendable (String) async throws -> Value?
    ) async throws -> Value? {
        switch self {
        case .memory(let cache): try await cache.value(forKey: key, load: load)
        case .shared(let cache): try await cache.value(forKey: key) { key in LoadedValue(try await load(key)) }
        }
    }

    /// The values of keys; those that are not remembered are loaded together.
    func values(
        forKeys keys: [String],
        load: @escaping @Sendable ([String]) async throws -> [String: Value]
    ) async throws -> [String: Value] {
        switch self {
        case .memory(let cache): try await cache.values(forKeys: keys, load: load)
        case .shared(let cache):
            try await cache.values(forKeys: keys) { keys in try await load(keys).mapValues { LoadedValue($0) } }
        }
    }

    /// Forgets keys, everywhere, and refuses what is being loaded for them.
    func forget(_ keys: [String]) async {
        switch self {
        case .memory(let cache):
            for key in keys { cache.remove(key) }
        case .shared(let cache):
            await cache.invalidate(keys)
        }
    }

    /// What Redis has not been told of yet.
    var pendingInvalidations: Int {
        switch self {
        case .memory: 0
        case .shared(let cache): cache.status.pendingInvalidations
        }
    }

    func run() async throws {
        switch self {
        case .memory(let cache):
            try await cache.run()
        case .shared(let cache):
            try await withThrowingTaskGroup { group in
                group.addTask { try await cache.run() }
                group.addTask { try await cache.memory.run() }
                try await group.waitForAll()
            }
        }
    }
}
