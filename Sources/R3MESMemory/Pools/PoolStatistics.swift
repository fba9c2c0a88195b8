// SPDX-License-Identifier: Apache-2.0

/// What a pool has done since it was made.
public struct PoolStatistics: Hashable, Sendable {
    /// Why a pool let go of an object instead of keeping it.
    public enum DiscardReason: String, Hashable, Sendable, CaseIterable {
        /// The pool held as many as it may.
        case full
        /// The validation hook refused it.
        case invalid
        /// It had grown beyond the size that the pool keeps; keeping it would pin that memory for good.
        case oversized
        /// It was not needed for a while.
        case decayed
        /// ``ObjectPool/trim()`` or ``BufferPool/trim()`` emptied the pool.
        case trimmed
    }

    /// Objects made because none was idle.
    public internal(set) var created = 0
    /// Objects handed out again.
    public internal(set) var reused = 0
    /// Objects held now, ready to be taken.
    public internal(set) var idle = 0
    /// Objects let go, by reason.
    public internal(set) var discarded: [DiscardReason: Int] = [:]

    /// The part of all takings that needed no new object, 0 to 1; 1 when nothing was taken yet.
    public var reuseRatio: Double {
        let taken = created + reused
        return taken == 0 ? 1 : Double(reused) / Double(taken)
    }

    mutating func discard(_ count: Int, _ reason: DiscardReason) {
        if count > 0 {
            discarded[reason, default: 0] += count
        }
    }

    mutating func add(_ other: Self) {
        created += other.created
        reused += other.reused
        idle += other.idle
        for (reason, count) in other.discarded {
            discard(count, reason)
        }
    }
}
