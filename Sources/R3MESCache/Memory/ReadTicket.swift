// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A moment before a value was read, by which a cache tells whether the value may be older than an invalidation.
///
/// A ticket is good for the cache that gave it.
public struct ReadTicket: Hashable, Sendable {
    @usableFromInline let number: UInt64
}

/// Numbers the loads of a cache.
@usableFromInline
final class TicketCounter: Sendable {
    private let count = Atomic<UInt64>(0)

    /// A number above all that were given out.
    func next() -> UInt64 {
        count.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
    }

    /// The number given out last.
    @usableFromInline var last: UInt64 {
        count.load(ordering: .sequentiallyConsistent)
    }
}
