// SPDX-License-Identifier: Apache-2.0

/// One part of a cache, with all that belongs to it; the lock around it is the cache's.
///
/// Whatever leaves goes into a ``Removals`` that the caller deals with outside the lock.
@usableFromInline
struct Shard<Key: Hashable & Sendable, Value: Sendable>: ~Copyable {
    /// Behind a pointer, which is always the same, so that whoever specialises this type does not copy the code that ends it.
    @usableFromInline let core: UnsafeMutablePointer<ShardCore>
    @usableFromInline var keys: UnsafeMutablePointer<Key>
    /// Empty where a node is marked as absent.
    @usableFromInline var values: UnsafeMutablePointer<Value>
    @usableFromInline var capacity = 0
    /// Whether somebody wants to be told of removals, for which the keys are needed.
    @usableFromInline let notifies: Bool
    /// Whether a node may be marked as absent, which spares looking at nodes.
    @usableFromInline var holdsAbsent = false
    /// Of a lane's hits, those are noted that have none of these bits set in their number.
    @usableFromInline var noteMask = 0
    /// How many reads the policy was told of since something came in.
    @usableFromInline var notesSinceWrite = 0

    init(core: consuming ShardCore, notifies: Bool) {
        self.core = .allocate(capacity: 1)
        self.core.initialize(to: core)
        self.notifies = notifies
        keys = .allocate(capacity: 0)
        values = .allocate(capacity: 0)
    }

    deinit {
        for slot in 0..<core.pointee.slotLimit where core.pointee.nodes[Slot(slot)].queue != .none {
            (keys + slot).deinitialize(count: 1)
            if !core.pointee.nodes[Slot(slot)].isAbsent { (values + slot).deinitialize(count: 1) }
        }
        keys.deallocate()
        values.deallocate()
        core.deinitialize(count: 1)
        core.deallocate()
    }

    /// The slot of a key.
    @inlinable
    func find(_ key: Key, _ hash: UInt32) -> Slot? {
        var position = core.pointee.index.home(of: hash)
        while true {
            let bucket = core.pointee.index.buckets[position]
            if bucket == 0 { return nil }
            if UInt32(truncatingIfNeeded: bucket >> 32) == hash {
                let slot = UInt32(truncatingIfNeeded: bucket) &- 1
                if keys[Int(slot)] == key { return slot }
            }
            position = core.pointee.index.next(after: position)
        }
    }

    /// The slot of a key whose entry may be served, counted as a hit or a miss; changes nothing but the lane.
    @inlinable
    func read(_ key: Key, _ hash: UInt32, _ lane: inout ReadLane, _ ticker: Ticker) -> Slot? {
        guard
            let slot = find(key, hash),
            !core.pointee.usesTimes || !core.pointee.isExpired(slot, now: ticker.now)
        else {
            lane.misses &+= 1
            return nil
        }
        lane.recordHit(slot, isAbsent: isAbsent(slot), noteMask: noteMask)
        return slot
    }

    /// Tells the policy of what readers have noted.
    ///
    /// Where much is read and nothing comes in, there is nothing to decide: then most reads are not noted until something does.
    @inlinable
    mutating func settle(_ lane: inout ReadLane) {
        guard lane.hits &+ lane.misses > 0 else { return }
        core.pointee.settle(lane)
        notesSinceWrite &+= Int(lane.count)
        lane.count = 0
        (lane.hits, lane.absentHits, lane.misses) = (0, 0, 0)
        if notesSinceWrite > enoughNotes { noteMask = 15 }
    }

    /// Whether it is remembered of a slot's key that there is nothing.
    @inlinable
    func isAbsent(_ slot: Slot) -> Bool {
        holdsAbsent && core.pointee.nodes[slot].isAbsent
    }

    /// How many reads of each entry are noted, on average, while nothing comes in, before only some are.
    @inlinable var enoughNotes: Int { 1024 + 4 * capacity }
}
