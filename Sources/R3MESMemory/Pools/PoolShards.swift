// SPDX-License-Identifier: Apache-2.0

public import Synchronization

/// The idle objects of a pool, spread over shards so that threads rarely meet at one lock.
///
/// A thread takes from and gives to its own shard; only when that is empty (or full) does it look at the others, so that
/// objects given back on another thread than they were taken on are still found.
@usableFromInline
final class PoolShards<Object>: Sendable {
    /// Carries an object that no one else refers to past the compiler's isolation check.
    ///
    /// `@unchecked Sendable` is sound: an object enters through a `sending` parameter, leaves through a `sending` result,
    /// and between the two only the shard that holds it, under its lock, refers to it.
    @usableFromInline
    struct Held: @unchecked Sendable {
        @usableFromInline let object: Object

        @inlinable
        init(_ object: sending Object) {
            self.object = object
        }

        @inlinable
        consuming func release() -> sending Object {
            nonisolated(unsafe) let object = object
            return object
        }
    }

    @usableFromInline
    final class Shard: Sendable {
        @usableFromInline let state: Mutex<PoolShard<Held>>

        init(capacity: Int) {
            state = Mutex(PoolShard(capacity: capacity))
        }
    }

    @usableFromInline let shards: [Shard]
    /// The number of shards less one; the number is a power of two, so that a thread's own is found by masking.
    @usableFromInline let mask: Int

    /// Makes shards that together keep `capacity` objects, never more.
    init(capacity: Int, shardCount: Int) {
        let limit = max(1, min(shardCount, capacity))
        let count = 1 << (Int.bitWidth - 1 - limit.leadingZeroBitCount)
        mask = count - 1
        shards = (0..<count).map { index in
            Shard(capacity: capacity / count + (index < capacity % count ? 1 : 0))
        }
    }

    @inlinable var home: Int {
        mask == 0 ? 0 : ThreadIndex.current & mask
    }

    /// An idle object, or nil when there is none anywhere.
    @inlinable
    func take() -> sending Object? {
        let home = home
        if let held = shards[home].state.withLock({ $0.take() }) {
            return held.release()
        }
        return takeElsewhere(than: home)?.release()
    }

    @inlinable
    func takeElsewhere(than home: Int) -> Held? {
        for offset in 0..<mask {
            let shard = shards[(home + 1 + offset) & mask]
            if let held = shard.state.withLock({ $0.take() }) {
                return held
            }
        }
        return nil
    }

    /// Keeps the object, or lets go of it when every shard is full.
    @inlinable
    func keep(_ object: sending Object) {
        let held = Held(object)
        let home = home
        for offset in 0...mask {
            let isKept = shards[(home + offset) & mask].state.withLock { state in
                guard state.hasRoom else { return false }
                state.keep(held)
                return true
            }
            if isKept { return }
        }
        noteDiscarded(.full)
    }

    @usableFromInline
    func noteCreated() {
        shards[home].state.withLock { $0.statistics.created += 1 }
    }

    /// Counts an object that was not kept; `wasTaken` when it had already been counted as reused.
    @usableFromInline
    func noteDiscarded(_ reason: PoolStatistics.DiscardReason, wasTaken: Bool = false) {
        shards[home].state.withLock { state in
            state.statistics.discard(1, reason)
            if wasTaken {
                state.reused &-= 1
            }
        }
    }

    /// Lets go of half of what nobody needed since the last call; returns how many.
    @discardableResult
    func decay() -> Int {
        letGo { $0.decay() }
    }

    /// Lets go of every idle object; returns how many.
    @discardableResult
    func trim() -> Int {
        letGo { $0.trim() }
    }

    private func letGo(_ remove: (inout PoolShard<Held>) -> ContiguousArray<Held>) -> Int {
        var count = 0
        for shard in shards {
            // The objects die here, after the lock is free: a deinitializer may use the pool.
            let dropped = shard.state.withLock { remove(&$0) }
            count += dropped.count
        }
        return count
    }

    var statistics: PoolStatistics {
        var total = PoolStatistics()
        for shard in shards {
            total.add(shard.state.withLock { $0.currentStatistics })
        }
        return total
    }
}
