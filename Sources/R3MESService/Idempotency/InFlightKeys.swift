// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The idempotency keys whose first request is under way in this process.
final class InFlightKeys: Sendable {
    private let keys = Mutex<Set<IdempotencyTable.Key>>([])

    /// Whether the key was free and now is this caller's, who must call ``end(_:)``.
    func begin(_ key: IdempotencyTable.Key) -> Bool {
        keys.withLock { $0.insert(key).inserted }
    }

    func end(_ key: IdempotencyTable.Key) {
        keys.withLock { _ = $0.remove(key) }
    }
}
