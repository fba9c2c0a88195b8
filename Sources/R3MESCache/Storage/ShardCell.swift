// SPDX-License-Identifier: Apache-2.0

public import Synchronization

/// A shard and its locks: one for each lane of readers, of whom each takes one; who changes anything takes them all.
///
/// So readers in different lanes wait for each other neither at a lock nor for a cache line, at the price of another lock for
/// each change: the "big reader lock" of older Linux kernels.
@usableFromInline
struct ShardCell<Key: Hashable & Sendable, Value: Sendable> {
    @usableFromInline let shard: UnsafeMutablePointer<Shard<Key, Value>>
    @usableFromInline let lanes: UnsafeMutableRawPointer
    /// Whether there are two lanes, not one.
    @usableFromInline let hasTwoLanes: Bool

    @inlinable
    init(shard: UnsafeMutablePointer<Shard<Key, Value>>, lanes: UnsafeMutableRawPointer, hasTwoLanes: Bool) {
        self.shard = shard
        self.lanes = lanes
        self.hasTwoLanes = hasTwoLanes
    }

    /// Changes the shard, whose policy knows of all reads by then.
    @inlinable
    func withLock<Result: Sendable>(_ body: (inout Shard<Key, Value>) -> Result) -> Result {
        lane(0).pointee.withLock { first -> Result in
            guard hasTwoLanes else {
                shard.pointee.settle(&first)
                return body(&shard.pointee)
            }
            return lane(1).pointee.withLock { second -> Result in
                shard.pointee.settle(&first)
                shard.pointee.settle(&second)
                return body(&shard.pointee)
            }
        }
    }

    /// Reads the shard, which others read at the same time.
    @inlinable
    func withReadLock<Result: Sendable>(
        _ body: (UnsafeMutablePointer<Shard<Key, Value>>, inout ReadLane) -> Result
    ) -> Result {
        let lane = lane(hasTwoLanes ? ReadLane.current : 0)
        let (result, isFull) = lane.pointee.withLock { lane -> (Result, Bool) in
            let result = body(shard, &lane)
            return (result, lane.isFull)
        }
        if isFull { settle() }
        return result
    }

    /// Tells the policy of all reads that it does not know of.
    @inlinable
    @inline(never)
    func settle() {
        withLock { _ in }
    }

    @inlinable
    func lane(_ number: Int) -> UnsafeMutablePointer<ReadLane.Lock> {
        (lanes + number &* ReadLane.stride).assumingMemoryBound(to: ReadLane.Lock.self)
    }
}
