// SPDX-License-Identifier: Apache-2.0

public import Synchronization

extension MemoryCache {
    /// The shards, side by side in memory, so that finding one costs neither a reference count nor a bounds check.
    ///
    /// `@unchecked Sendable` is sound: the pointer never changes, and what it points to is behind a mutex each.
    @usableFromInline
    final class Shards: @unchecked Sendable {
        @usableFromInline let cells: UnsafeMutablePointer<Cell>
        @usableFromInline let count: Int
        /// By how much to shift a hash so that its highest bits, those that choose the shard, remain.
        @usableFromInline let shift: UInt64

        init(_ configuration: Configuration, notifies: Bool, now: Int64) {
            count = configuration.shardCount
            shift = UInt64(64 - count.trailingZeroBitCount)
            // Neighbours that share a cache line would hold up each other's threads; processors fetch lines by twos.
            let bytes = MemoryLayout<Cell>.stride * count
            cells = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 128).bindMemory(
                to: Cell.self,
                capacity: count
            )
            let (share, rest) = configuration.limit.maximum.quotientAndRemainder(dividingBy: count)
            for number in 0..<count {
                let core = ShardCore(
                    maximumWeight: share + (number < rest ? 1 : 0),
                    lifetimes: configuration.lifetimes,
                    indexesKeys: configuration.indexesKeys,
                    now: now
                )
                (cells + number).initialize(to: Mutex(Shard(core: core, notifies: notifies)))
            }
        }

        /// The shard of a hash.
        @inlinable
        func cell(_ hash: UInt64) -> UnsafeMutablePointer<Cell> {
            cells + Int(truncatingIfNeeded: hash >> shift)
        }

        deinit {
            cells.deinitialize(count: count)
            UnsafeMutableRawPointer(cells).deallocate()
        }
    }
}
