// SPDX-License-Identifier: Apache-2.0

/// A cache shared by all callers of a ``DataLoader``, asked once for each batch.
///
/// The cache reads through: it knows when a load began, and so can refuse to store what was read before an invalidation.
/// Implement it as: take the generation of the keys, look up, `load` what is missing, store what is still current.
public protocol DataLoaderCache<Key, Value>: Sendable {
    /// What is looked up.
    associatedtype Key: Hashable & Sendable
    /// What is found.
    associatedtype Value: Sendable

    /// The values of the keys, from the cache or through `load`.
    ///
    /// - Parameters:
    ///   - keys: At least one key, each once.
    ///   - partition: On whose behalf; values must not pass from one partition to another.
    ///   - load: Loads keys that the cache does not have. Call it at most once.
    /// - Throws: What `load` throws. A cache that is out of order should call `load` rather than throw.
    func values(
        for keys: [Key],
        in partition: BatchPartition,
        load: (_ keys: [Key]) async throws -> [Key: Result<Value, any Error>]
    ) async throws -> [Key: Result<Value, any Error>]
}
