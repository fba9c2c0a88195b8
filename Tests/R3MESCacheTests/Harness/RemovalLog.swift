// SPDX-License-Identifier: Apache-2.0

import R3MESCache
import Synchronization

/// Keeps what a cache's listener is told.
final class RemovalLog<Key: Hashable & Sendable, Value: Hashable & Sendable>: Sendable {
    struct Removal: Hashable, Sendable {
        let key: Key
        let value: Value?
        let cause: RemovalCause
    }

    private let removals = Mutex<[Removal]>([])

    var all: [Removal] { removals.withLock { $0 } }

    /// What came since the last call.
    func take() -> [Removal] {
        removals.withLock { removals in
            defer { removals = [] }
            return removals
        }
    }

    func note(_ key: Key, _ value: Value?, _ cause: RemovalCause) {
        removals.withLock { $0.append(Removal(key: key, value: value, cause: cause)) }
    }
}
