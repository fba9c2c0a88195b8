// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import Synchronization

/// The last good answers, bounded in number and in bytes.
///
/// Looking up and replacing are O(1); storing a new answer when the cache is full looks at all entries for the least
/// recently used.
final class StaleCache: Sendable {
    typealias Instant = ContinuousClock.Instant

    struct Key: Hashable, Sendable {
        let method: HTTPRequest.Method
        let url: String
        /// All of them, so that whatever `Vary` names is part of the key.
        let headerFields: HTTPFields
    }

    private struct Entry: Sendable {
        var response: ClientResponse
        var stored: Instant
        var lifetime: Duration
        var lastUsed: UInt64
    }

    private struct State: Sendable {
        var entries: [Key: Entry] = [:]
        var bytes = 0
        var clock: UInt64 = 0

        mutating func remove(_ key: Key) {
            if let entry = entries.removeValue(forKey: key) {
                bytes -= entry.response.body.readableBytes
            }
        }
    }

    private let policy: StaleIfErrorPolicy
    private let state = Mutex(State())

    init(_ policy: StaleIfErrorPolicy) {
        self.policy = policy
    }

    /// Keeps a good answer, or forgets the older one if this one must not be kept.
    func store(_ response: ClientResponse, for key: Key, now: Instant) {
        guard let lifetime = policy.lifetime(of: response), response.body.readableBytes <= policy.maximumBytes else {
            if response.status == .ok {
                state.withLock { $0.remove(key) }
            }
            return
        }
        var kept = response
        // A copy of its own, since the body may be a small slice of a large read buffer.
        kept.body = ByteBuffer(bytes: response.body.readableBytesView)
        state.withLock { [kept, policy] state in
            state.remove(key)
            state.clock += 1
            state.entries[key] = Entry(response: kept, stored: now, lifetime: lifetime, lastUsed: state.clock)
            state.bytes += kept.body.readableBytes
            while state.entries.count > policy.maximumEntries || state.bytes > policy.maximumBytes {
                guard let oldest = state.entries.min(by: { $0.value.lastUsed < $1.value.lastUsed }) else {
                    return
                }
                state.remove(oldest.key)
            }
        }
    }

    /// The last good answer with its age, if it is not too old.
    func lookUp(_ key: Key, now: Instant) -> (response: ClientResponse, age: Duration)? {
        state.withLock { state -> (response: ClientResponse, age: Duration)? in
            guard let entry = state.entries[key] else {
                return nil
            }
            let age = entry.stored.duration(to: now)
            guard age <= entry.lifetime else {
                state.remove(key)
                return nil
            }
            state.clock += 1
            state.entries[key]?.lastUsed = state.clock
            return (entry.response, age)
        }
    }

    var count: Int {
        state.withLock { $0.entries.count }
    }
}
