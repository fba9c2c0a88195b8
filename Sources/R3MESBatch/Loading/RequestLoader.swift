// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension DataLoader {
    /// A view of the loader for one request: within one partition, remembering what it has loaded.
    public func requestLoader(in partition: BatchPartition = .shared) -> RequestLoader<Key, Value> {
        RequestLoader(loader: self, partition: partition)
    }
}

/// Remembers the values that one request has loaded, so that it sees each key in one state throughout and loads it once.
///
/// Errors are not remembered. Let it go with the request: it keeps what it remembers and has no bound.
public final class RequestLoader<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Memory {
        var values: [Key: Value] = [:]
        /// Grows with each clearing; what was asked for before must not be remembered after.
        var generation = 0
    }

    private let loader: DataLoader<Key, Value>
    private let partition: BatchPartition
    private let memory = Mutex(Memory())

    init(loader: DataLoader<Key, Value>, partition: BatchPartition) {
        self.loader = loader
        self.partition = partition
    }

    /// The value of the key, remembered or loaded.
    ///
    /// - Throws: As ``DataLoader/load(_:in:)``.
    public func load(_ key: Key) async throws -> Value {
        let (known, generation) = memory.withLock { ($0.values[key], $0.generation) }
        if let known {
            return known
        }
        let value = try await loader.load(key, in: partition)
        memory.withLock { memory in
            if memory.generation == generation {
                memory.values[key] = value
            }
        }
        return value
    }

    /// Remembers a value that was found otherwise, unless one is remembered already.
    public func prime(_ key: Key, with value: Value) {
        memory.withLock { memory in
            if memory.values[key] == nil {
                memory.values[key] = value
            }
        }
    }

    /// Forgets the key, here and in calls that are in flight: the next load reads it anew.
    ///
    /// For use after a write.
    public func clear(_ key: Key) {
        memory.withLock { memory in
            memory.values[key] = nil
            memory.generation += 1
        }
        loader.clear(key, in: partition)
    }

    /// Forgets all keys, here and in calls of the partition that are in flight: the next loads read them anew.
    public func clearAll() {
        memory.withLock { memory in
            memory.values = [:]
            memory.generation += 1
        }
        loader.clearAll(in: partition)
    }
}
