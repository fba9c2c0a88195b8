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
        discard(slot, now(ticker), into: &removals)
    }

    /// Removes all entries.
    mutating func removeAll(_ ticker: Ticker, into removals: inout Removals<Key, Value>) {
        let now = now(ticker)
        for slot in liveSlots {
            discard(slot, now, into: &removals)
        }
    }

    /// Takes an entry out that somebody wants removed.
    mutating func discard(_ slot: Slot, _ now: Int64, into removals: inout Removals<Key, Value>) {
        take(slot, core.pointee.isExpired(slot, now: now) ? .expired : .removed, into: &removals)
    }

    /// Forgets an entry whose key has no value any more, as was read with this ticket, unless that may
    /// have changed since.
    mutating func removeVanished(
        _ key: Key,
        _ hash: UInt32,
        _ ticker: Ticker,
        readAt ticket: UInt64,
        into removals: inout Removals<Key, Value>
    ) {
        guard !isStale(key, hash, [], ticket) else {
            core.pointee.counters.refused += 1
            return
        }
        if let slot = find(key, hash) { discard(slot, now(ticker), into: &removals) }
    }

    /// The time, if an entry ever had an end.
    func now(_ ticker: Ticker) -> Int64 {
        core.pointee.usesTimes ? ticker.now : 0
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
