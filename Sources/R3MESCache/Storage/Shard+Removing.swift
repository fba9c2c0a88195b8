// SPDX-License-Identifier: Apache-2.0

extension Shard {
    /// Removes the entry of a key.
    mutating func remove(
        _ key: Key,
        _ hash: UInt32,
        _ ticker: Ticker,
        _ ticket: UInt64,
        into removals: inout Removals<Key, Value>
    ) {
        core.pointee.note(key: hash, ticket)
        guard let slot = find(key, hash) else { return }
        let isExpired = core.pointee.usesTimes && core.pointee.isExpired(slot, now: ticker.now)
        take(slot, isExpired ? .expired : .removed, into: &removals)
    }

    /// Removes all entries.
    mutating func removeAll(into removals: inout Removals<Key, Value>) {
        for slot in liveSlots {
            take(slot, .removed, into: &removals)
        }
    }

    /// Whether what was read with this ticket may be older than an invalidation.
    @inlinable
    func isStale(_ key: Key, _ hash: UInt32, _ tags: [String], _ ticket: UInt64) -> Bool {
        core.pointee.isStale(ticket, hash: hash, key: key as? String, tags: tags)
    }

    /// The slots in use.
    var liveSlots: some Sequence<Slot> {
        let nodes = core.pointee.nodes
        return (0..<Slot(core.pointee.slotLimit)).lazy.filter { nodes[$0].queue != .none }
    }
}

extension Shard where Key == String {
    /// The slots whose keys begin with a text; all slots in use if keys are not indexed.
    func slots(startingWith prefix: [UInt8]) -> [Slot] {
        guard let stringKeys else { return Array(liveSlots) }
        return core.pointee.slots(startingWith: prefix, stringKeys)
    }
}
