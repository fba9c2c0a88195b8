// SPDX-License-Identifier: Apache-2.0

/// All of a shard but its keys and values: which slots are in use, in which order they go, when they end, which tags they bear.
///
/// Not generic, so that it is compiled once and well; ``Shard`` adds the keys and values.
@usableFromInline
struct ShardCore: ~Copyable {
    @usableFromInline private(set) var index = SlotIndex()
    @usableFromInline private(set) var nodes = Slab(repeating: Node())
    @usableFromInline private(set) var times = Slab(repeating: EntryTimes())
    @usableFromInline var counters = ShardCounters()
    /// False as long as no entry ever had an end, which spares reading the clock.
    @usableFromInline private(set) var usesTimes: Bool
    private(set) var policy: EvictionPolicy
    private(set) var wheel: TimerWheel
    private(set) var tags = TagIndex()
    private(set) var keys: KeyIndex?
    @usableFromInline let indexesKeys: Bool
    private(set) var generations: Generations
    private let lifetimes: Lifetimes
    private var jitter: UInt64
    private var slotCount = 0
    private var freeSlot = Slot.none

    init(maximumWeight: Int, lifetimes: Lifetimes, indexesKeys: Bool, now: Int64) {
        policy = EvictionPolicy(maximumWeight: maximumWeight)
        generations = Generations(capacity: maximumWeight)
        wheel = TimerWheel(now: now)
        usesTimes = lifetimes.areUsed
        self.lifetimes = lifetimes
        self.indexesKeys = indexesKeys
        keys = indexesKeys ? KeyIndex() : nil
        jitter = .random(in: 1 ... .max)
    }

    deinit {
        index.deallocate()
        nodes.deallocate()
        times.deallocate()
    }

    /// How many entries there are, those included whose time is over and who have not been removed yet.
    var count: Int { index.count }

    /// The greatest weight of all entries together.
    @usableFromInline var maximumWeight: Int { policy.maximumWeight }

    /// How many slots there are, in use or free.
    var slotLimit: Int { slotCount }

    /// The slots that wait to be given out again.
    var freeSlots: [Slot] {
        let nodes = nodes
        return Array(sequence(first: freeSlot) { nodes[$0].newer }.prefix { $0 != .none })
    }

    // MARK: Reading

    /// Entries were read, in the order in which they were noted.
    @usableFromInline
    mutating func settle(_ lane: ReadLane) {
        for note in 0..<Int(lane.count) { policy.recordAccess(lane.notes[note], nodes) }
        counters.hits += lane.hits
        counters.absentHits += lane.absentHits
        counters.misses += lane.misses
    }

    /// An entry is read, whose life may be longer by that.
    @usableFromInline
    mutating func prolong(_ slot: Slot, now: Int64) {
        if let idle = lifetimes.afterAccess, !isExpired(slot, now: now) {
            let deadline = min(times[slot].lastDeadline, now.addingClamped(idle))
            wheel.schedule(slot, deadline: deadline, times)
        }
    }

    /// Whether the entry's time is over.
    @inlinable
    func isExpired(_ slot: Slot, now: Int64) -> Bool {
        usesTimes && times[slot].deadline <= now
    }

    // MARK: Writing

    /// A slot for a new entry, which is in no queue yet.
    @usableFromInline
    mutating func takeSlot(hash: UInt32) -> Slot {
        let slot: Slot
        if freeSlot != .none {
            slot = freeSlot
            freeSlot = nodes[slot].newer
        } else {
            slot = Slot(slotCount)
            slotCount += 1
            nodes.reserve(slotCount)
            if usesTimes { times.reserve(slotCount) }
        }
        nodes[slot] = Node(hash: hash)
        index.insert(slot, hash: hash)
        return slot
    }

    /// A new entry, whose key is in its place, takes part in everything from here on.
    @usableFromInline
    mutating func enroll(_ slot: Slot, weight: UInt32, tags names: [String], stringKeys: UnsafeMutablePointer<String>?)
    {
        nodes[slot].weight = weight
        policy.insert(slot, nodes)
        if !names.isEmpty { tags.add(names, to: slot) }
        if let stringKeys { keys?.insert(slot, stringKeys) }
    }

    /// An entry has another value, weight and tags.
    @usableFromInline
    mutating func revise(_ slot: Slot, weight: UInt32, tags names: [String]) {
        nodes[slot].isRefreshing = false
        policy.reweigh(slot, to: weight, nodes)
        policy.recordAccess(slot, nodes)
        tags.remove(slot)
        if !names.isEmpty { tags.add(names, to: slot) }
    }

    /// Begins the life of what was just written.
    @usableFromInline
    mutating func setTimes(_ slot: Slot, now: Int64, own lifetime: Int64?, isAbsent: Bool) {
        let lifetime = lifetime ?? (isAbsent ? lifetimes.absent : lifetimes.afterWrite)
        guard usesTimes || lifetime != nil else { return }
        if !usesTimes {
            usesTimes = true
            times.reserve(slotCount)
        }
        let last = lifetime.map { now.addingClamped(shortened($0)) } ?? EntryTimes.never
        let idle = lifetimes.afterAccess.map { now.addingClamped(shortened($0)) } ?? EntryTimes.never
        times[slot].lastDeadline = last
        times[slot].refresh =
            isAbsent ? EntryTimes.never : now.addingClamped(lifetimes.refreshAfter ?? EntryTimes.never)
        wheel.schedule(slot, deadline: min(last, idle), times)
    }

    /// Sets an entry free whose key is still in its place.
    @usableFromInline
    mutating func release(_ slot: Slot, _ cause: RemovalCause.Kind, stringKeys: UnsafeMutablePointer<String>?) {
        counters.count(cause)
        index.remove(slot, hash: nodes[slot].hash)
        policy.remove(slot, nodes)
        tags.remove(slot)
        if let stringKeys { keys?.remove(slot, stringKeys) }
        if usesTimes {
            wheel.cancel(slot, times)
            times[slot] = EntryTimes()
        }
        nodes[slot] = Node()
        nodes[slot].newer = freeSlot
        freeSlot = slot
    }

    /// The entries with values that are most worth keeping and how often they were asked for of late, the best first.
    func slotsByHeat(limit: Int, now: Int64) -> [(slot: Slot, heat: Int)] {
        var found: [(slot: Slot, heat: Int)] = []
        for slot in policy.slotsByRecency(nodes) where !nodes[slot].isAbsent && !isExpired(slot, now: now) {
            found.append((slot, policy.frequency(slot, nodes)))
        }
        found.sort { $0.heat > $1.heat }
        return Array(found.prefix(max(0, limit)))
    }

    // MARK: What has to go

    /// An entry for which there is no room; to be asked until there is none.
    @usableFromInline
    mutating func nextEvicted() -> Slot? {
        policy.nextVictim(nodes)
    }

    /// An entry whose time is over, found in at most so many steps.
    @usableFromInline
    mutating func nextExpired(now: Int64, attempts: Int) -> Slot? {
        guard usesTimes else { return nil }
        wheel.advance(to: now, times)
        return wheel.nextExpired(attempts: attempts, times)
    }

    /// True if more entries wait to be looked at.
    var hasPendingExpiry: Bool { usesTimes && wheel.hasPending }

    // MARK: Invalidation

    @usableFromInline
    mutating func note(key hash: UInt32, _ ticket: UInt64) {
        generations.note(key: hash, ticket)
    }

    mutating func note(tag: String, _ ticket: UInt64) {
        generations.note(tag: tag, ticket)
    }

    mutating func note(pattern: GlobPattern, _ ticket: UInt64) {
        generations.note(pattern: pattern, ticket)
    }

    mutating func noteAll(_ ticket: UInt64) {
        generations.noteAll(ticket)
    }

    /// Whether what was read with this ticket may be older than an invalidation.
    @usableFromInline
    func isStale(_ ticket: UInt64, hash: UInt32, key: String?, tags names: [String]) -> Bool {
        generations.isStale(ticket, hash: hash, key: key, tags: names)
    }

    func slots(startingWith prefix: [UInt8], _ stringKeys: UnsafeMutablePointer<String>) -> [Slot] {
        keys?.slots(withPrefix: prefix, stringKeys) ?? []
    }

    /// An entry goes for this reason.
    @usableFromInline
    mutating func count(_ cause: RemovalCause.Kind) {
        counters.count(cause)
    }

    /// Whether the entry is old enough to be loaded anew and nobody does so yet.
    func isDue(_ slot: Slot, now: Int64) -> Bool {
        usesTimes && times[slot].refresh <= now && !nodes[slot].isRefreshing
    }

    /// True if the entry is due; then the caller loads it.
    mutating func beginRefresh(_ slot: Slot, now: Int64) -> Bool {
        guard isDue(slot, now: now) else { return false }
        nodes[slot].isRefreshing = true
        return true
    }

    /// An entry was not replaced by what was loaded for it: the next attempt comes a tenth of the refresh interval later.
    mutating func endRefresh(_ slot: Slot, now: Int64) {
        guard nodes[slot].isRefreshing else { return }
        nodes[slot].isRefreshing = false
        times[slot].refresh = now.addingClamped((lifetimes.refreshAfter ?? 0) / 10)
    }

    @usableFromInline
    mutating func setAbsent(_ slot: Slot, _ isAbsent: Bool) {
        nodes[slot].isAbsent = isAbsent
    }

    /// A random part of the lifetime less, as configured: what was written together does not end together.
    private mutating func shortened(_ lifetime: Int64) -> Int64 {
        guard lifetimes.jitter > 0 else { return lifetime }
        jitter ^= jitter << 13
        jitter ^= jitter >> 7
        jitter ^= jitter << 17
        let part = Double(jitter >> 11) * 0x1p-53
        return lifetime - Int64(Double(lifetime) * min(1, lifetimes.jitter * part))
    }
}
