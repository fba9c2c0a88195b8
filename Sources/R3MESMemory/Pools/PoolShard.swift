// SPDX-License-Identifier: Apache-2.0

/// A stack of idle objects and what happened to it: one of the parts of a pool that threads use side by side.
///
/// A pure value: it neither makes nor destroys objects, so that no initializer or deinitializer of a caller ever runs under
/// the lock that guards it.
@usableFromInline
struct PoolShard<Object> {
    @usableFromInline let capacity: Int
    /// Last in, first out: the object used last is the one still in the processor's cache.
    @usableFromInline var idle: ContiguousArray<Object> = []
    /// The fewest objects that were idle since the last decay: so many were not needed by anyone.
    @usableFromInline var lowWaterMark = 0
    @usableFromInline var reused = 0
    var statistics = PoolStatistics()

    init(capacity: Int) {
        self.capacity = capacity
    }

    @inlinable
    mutating func take() -> Object? {
        guard let object = idle.popLast() else { return nil }
        reused &+= 1
        if idle.count < lowWaterMark {
            lowWaterMark = idle.count
        }
        return object
    }

    /// Whether there is room for one more.
    @inlinable var hasRoom: Bool { idle.count < capacity }

    @inlinable
    mutating func keep(_ object: Object) {
        idle.append(object)
    }

    /// Takes out half of what nobody needed since the last call, the coldest first.
    mutating func decay() -> ContiguousArray<Object> {
        let surplus = (lowWaterMark + 1) / 2
        let dropped = ContiguousArray(idle.prefix(surplus))
        idle.removeFirst(surplus)
        lowWaterMark = idle.count
        statistics.discard(surplus, .decayed)
        return dropped
    }

    mutating func trim() -> ContiguousArray<Object> {
        let dropped = idle
        idle = []
        lowWaterMark = 0
        statistics.discard(dropped.count, .trimmed)
        return dropped
    }

    var currentStatistics: PoolStatistics {
        var current = statistics
        current.reused = reused
        current.idle = idle.count
        return current
    }
}
