// SPDX-License-Identifier: Apache-2.0

extension MemoryCache {
    /// The shards and their locks, side by side in memory, so that finding one costs neither a reference count nor a bounds check.
    ///
    /// `@unchecked Sendable` is sound: the pointers never change, and what they point to is behind locks.
    @usableFromInline
    final class Shards: @unchecked Sendable {
        @usableFromInline let shards: UnsafeMutablePointer<Shard<Key, Value>>
        /// The locks of each shard, with what readers have noted.
        @usableFromInline let lanes: UnsafeMutableRawPointer
        @usableFromInline let hasTwoLanes: Bool
        @usableFromInline let count: Int
        /// By how much to shift a hash so that its highest bits, those that choose the shard, remain.
        @usableFromInline let shift: UInt64
        /// Whether a read may change a life or begin a load, for which it has to be alone.
        @usableFromInline let readsChange: Bool

        init(_ configuration: Configuration, notifies: Bool, now: Int64) {
            count = configuration.shardCount
            // With one shard it is not worth it; then reads come in their very order.
            hasTwoLanes = count > 1
            readsChange = configuration.expireAfterAccess != nil
            shift = UInt64(64 - count.trailingZeroBitCount)
            let laneCount = hasTwoLanes ? 2 * count : count
            lanes = .allocate(byteCount: laneCount * ReadLane.stride, alignment: ReadLane.stride)
            for number in 0..<laneCount { ReadLane.initialize(lanes + number * ReadLane.stride) }
            // Neighbours that share a cache line would hold up each other's threads.
            shards = UnsafeMutableRawPointer.allocate(
                byteCount: MemoryLayout<Shard<Key, Value>>.stride * count,
                alignment: 128
            ).bindMemory(to: Shard<Key, Value>.self, capacity: count)
            let (share, rest) = configuration.limit.maximum.quotientAndRemainder(dividingBy: count)
            for number in 0..<count {
                let core = ShardCore(
                    maximumWeight: share + (number < rest ? 1 : 0),
                    lifetimes: configuration.lifetimes,
                    indexesKeys: configuration.indexesKeys,
                    now: now
                )
                (shards + number).initialize(to: Shard(core: core, notifies: notifies))
            }
        }

        /// A shard by its number.
        @inlinable
        subscript(number: Int) -> ShardCell<Key, Value> {
            ShardCell(
                shard: shards + number,
                lanes: lanes + number &* (hasTwoLanes ? 2 &* ReadLane.stride : ReadLane.stride),
                hasTwoLanes: hasTwoLanes
            )
        }

        /// The shard of a hash.
        @inlinable
        func cell(_ hash: UInt64) -> ShardCell<Key, Value> {
            self[Int(truncatingIfNeeded: hash >> shift)]
        }

        deinit {
            shards.deinitialize(count: count)
            UnsafeMutableRawPointer(shards).deallocate()
            for number in 0..<count {
                let cell = self[number]
                for lane in 0..<(hasTwoLanes ? 2 : 1) { cell.lane(lane).deinitialize(count: 1) }
            }
            lanes.deallocate()
        }
    }
}
