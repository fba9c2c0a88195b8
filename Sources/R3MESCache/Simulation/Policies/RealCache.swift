// SPDX-License-Identifier: Apache-2.0

/// The cache of this library itself, so that a simulation tells what the real one will do.
struct RealCache: ReplacementPolicy {
    private let cache: MemoryCache<UInt32, UInt32>

    init(capacity: Int) throws {
        cache = try MemoryCache(configuration: .init(limit: .count(capacity)))
    }

    mutating func access(_ key: UInt32) -> Bool {
        if cache.get(key) != nil { return true }
        cache.set(key, forKey: key)
        return false
    }
}
