// SPDX-License-Identifier: Apache-2.0

extension Shard {
    /// What is to be stored under a key.
    @usableFromInline
    struct Item: Sendable {
        @usableFromInline let key: Key
        @usableFromInline let hash: UInt32
        /// Nil to remember that there is nothing.
        @usableFromInline let value: Value?
        @usableFromInline let weight: UInt32
        @usableFromInline let tags: [String]
        /// In nanoseconds; nil for the one configured.
        @usableFromInline let lifetime: Int64?

        @inlinable
        init(key: Key, hash: UInt32, value: Value?, weight: UInt32, tags: [String], lifetime: Int64?) {
            self.key = key
            self.hash = hash
            self.value = value
            self.weight = weight
            self.tags = tags
            self.lifetime = lifetime
        }
    }

    /// Stores an item, and takes out what has to make room or has ended meanwhile.
    @inlinable
    mutating func store(_ item: Item, _ ticker: Ticker, into removals: inout Removals<Key, Value>) {
        guard Int(item.weight) <= core.pointee.maximumWeight else {
            refuse(item, into: &removals)
            return
        }
        let now = core.pointee.usesTimes || item.lifetime != nil || item.value == nil ? ticker.now : 0
        let slot: Slot
        if let old = find(item.key, item.hash) {
            slot = old
            replaceValue(slot, with: item, now: now, into: &removals)
            core.pointee.revise(slot, weight: item.weight, tags: item.tags)
        } else {
            slot = core.pointee.takeSlot(hash: item.hash)
            notesSinceWrite = 0
            if noteMask != 0 { noteMask = 0 }
            if Int(slot) >= capacity { grow() }
            (keys + Int(slot)).initialize(to: item.key)
            if let value = item.value {
                (values + Int(slot)).initialize(to: value)
            } else {
                holdsAbsent = true
                core.pointee.setAbsent(slot, true)
            }
            core.pointee.enroll(slot, weight: item.weight, tags: item.tags, stringKeys: stringKeys)
        }
        core.pointee.setTimes(slot, now: now, own: item.lifetime, isAbsent: item.value == nil)
        makeRoom(now: now, into: &removals)
    }

    /// Does not store what would not have room even alone; its key's former value goes all the same.
    @inlinable
    mutating func refuse(_ item: Item, into removals: inout Removals<Key, Value>) {
        if let old = find(item.key, item.hash) { take(old, .replaced, into: &removals) }
        core.pointee.count(.evicted)
        removals.append(.init(key: item.key, value: item.value, cause: .evicted))
    }

    /// Takes an entry out.
    @inlinable
    mutating func take(_ slot: Slot, _ cause: RemovalCause.Kind, into removals: inout Removals<Key, Value>) {
        let isAbsent = core.pointee.nodes[slot].isAbsent
        core.pointee.release(slot, cause, stringKeys: stringKeys)
        let key = (keys + Int(slot)).move()
        let value = isAbsent ? nil : (values + Int(slot)).move()
        removals.append(.init(key: key, value: value, cause: cause))
    }

    /// Takes out what is over the limit, and some of what has ended.
    @inlinable
    mutating func makeRoom(now: Int64, into removals: inout Removals<Key, Value>) {
        if core.pointee.usesTimes {
            takeExpired(now: now, attempts: 16, into: &removals)
        }
        while let slot = core.pointee.nextEvicted() {
            take(slot, core.pointee.isExpired(slot, now: now) ? .expired : .evicted, into: &removals)
        }
    }

    /// Takes out what has ended, as far as that is found by looking at so many entries.
    @inlinable
    mutating func takeExpired(now: Int64, attempts: Int, into removals: inout Removals<Key, Value>) {
        for _ in 0..<attempts {
            guard let slot = core.pointee.nextExpired(now: now, attempts: attempts) else { return }
            take(slot, .expired, into: &removals)
        }
    }

    /// The keys as strings, if they are and the shard keeps an index of them.
    @inlinable var stringKeys: UnsafeMutablePointer<String>? {
        guard core.pointee.indexesKeys, Key.self == String.self else { return nil }
        return UnsafeMutableRawPointer(keys).assumingMemoryBound(to: String.self)
    }

    @inlinable
    mutating func replaceValue(
        _ slot: Slot,
        with item: Item,
        now: Int64,
        into removals: inout Removals<Key, Value>
    ) {
        let wasAbsent = core.pointee.nodes[slot].isAbsent
        let old = wasAbsent ? nil : (values + Int(slot)).move()
        if let value = item.value { (values + Int(slot)).initialize(to: value) }
        if item.value == nil { holdsAbsent = true }
        core.pointee.setAbsent(slot, item.value == nil)
        let cause: RemovalCause.Kind = core.pointee.isExpired(slot, now: now) ? .expired : .replaced
        core.pointee.count(cause)
        removals.append(.init(key: notifies ? item.key : nil, value: old, cause: cause))
    }

    @inlinable
    mutating func grow() {
        let size = Swift.max(8, capacity * 2)
        let newKeys = UnsafeMutablePointer<Key>.allocate(capacity: size)
        let newValues = UnsafeMutablePointer<Value>.allocate(capacity: size)
        for slot in 0..<capacity where core.pointee.nodes[Slot(slot)].queue != .none {
            (newKeys + slot).moveInitialize(from: keys + slot, count: 1)
            if !core.pointee.nodes[Slot(slot)].isAbsent {
                (newValues + slot).moveInitialize(from: values + slot, count: 1)
            }
        }
        keys.deallocate()
        values.deallocate()
        keys = newKeys
        values = newValues
        capacity = size
    }
}
