// SPDX-License-Identifier: Apache-2.0

/// The times of one entry, in nanoseconds since the cache was made.
@usableFromInline
struct EntryTimes: BitwiseCopyable {
    /// A time that never comes.
    static var never: Int64 { .max }

    /// From here on the entry is not served.
    @usableFromInline var deadline = Int64.max
    /// What `deadline` may not pass however often the entry is read.
    var lastDeadline = Int64.max
    /// From here on a read that can load starts to load the value anew.
    var refresh = Int64.max
    var next = Slot.none
    var previous = Slot.none
    /// The bucket that the entry is in.
    var bucket = TimerWheel.noBucket
}

/// Finds the entries whose time is over without looking at the others: hierarchical timing wheels (Varghese and Lauck,
/// SOSP 1987).
///
/// Four wheels of 64 buckets; a bucket of the first spans 67 ms, one of the last five hours. An entry that is
/// given more time stays where it is and is put off when its bucket comes up, so that a read costs one store.
/// What comes up is worked off in steps as small as the owner likes: a million entries that end in the same second stop nobody.
struct TimerWheel: ~Copyable {
    static var noBucket: UInt16 { .max }
    private static var levels: Int { 4 }
    private static var bitsPerLevel: Int { 6 }
    private static var firstShift: Int { 26 }
    private static var buckets: Int { levels << bitsPerLevel }
    private static var mask: Int64 { 63 }

    /// Where entries go whose bucket has come up.
    private static var pending: UInt16 { UInt16(buckets) }

    private let lists: UnsafeMutablePointer<(first: Slot, last: Slot)>
    private var now: Int64

    init(now: Int64) {
        self.now = now
        lists = .allocate(capacity: Self.buckets + 1)
        lists.initialize(repeating: (.none, .none), count: Self.buckets + 1)
    }

    deinit {
        lists.deallocate()
    }

    /// Gives an entry another deadline.
    mutating func schedule(_ slot: Slot, deadline: Int64, _ times: Slab<EntryTimes>) {
        let isLater = deadline >= times[slot].deadline
        times[slot].deadline = deadline
        let isLinked = times[slot].bucket != Self.noBucket
        guard !isLinked || !isLater else { return }
        if isLinked { unlink(slot, times) }
        if deadline != EntryTimes.never { link(slot, bucket(for: deadline), times) }
    }

    /// Takes an entry out.
    mutating func cancel(_ slot: Slot, _ times: Slab<EntryTimes>) {
        if times[slot].bucket != Self.noBucket { unlink(slot, times) }
    }

    /// The time has come to `now`: what may have ended meanwhile is set aside for ``nextExpired(_:)``.
    ///
    /// Costs a few steps for each bucket passed, at most 256, however many entries they hold.
    mutating func advance(to now: Int64, _ times: Slab<EntryTimes>) {
        guard now >> Self.firstShift > self.now >> Self.firstShift else { return }
        for level in 0..<Self.levels {
            let shift = Self.shift(level)
            let (previous, current) = (self.now >> shift, now >> shift)
            guard current > previous else { break }
            for tick in Swift.max(previous, current - 64) + 1...current {
                comeUp(Self.index(level, tick), times)
            }
        }
        self.now = now
    }

    /// An entry whose time is over, which the owner then removes; nil if there is none among the next `attempts`.
    mutating func nextExpired(attempts: Int, _ times: Slab<EntryTimes>) -> Slot? {
        for _ in 0..<attempts {
            let slot = lists[Int(Self.pending)].first
            guard slot != .none else { return nil }
            if times[slot].deadline <= now { return slot }
            unlink(slot, times)
            link(slot, bucket(for: times[slot].deadline), times)
        }
        return nil
    }

    /// False if ``nextExpired(attempts:_:)`` has nothing to do.
    var hasPending: Bool { lists[Int(Self.pending)].first != .none }

    /// The entries of each bucket, those first that have come up; for tests, since it looks at all.
    func entriesByBucket(_ times: Slab<EntryTimes>) -> [[Slot]] {
        (0...Self.buckets).reversed().map { bucket in
            Array(sequence(first: lists[bucket].first) { times[$0].next }.prefix { $0 != .none })
        }
    }

    private static func shift(_ level: Int) -> Int {
        firstShift + level * bitsPerLevel
    }

    private static func index(_ level: Int, _ tick: Int64) -> UInt16 {
        UInt16(level << bitsPerLevel) | UInt16(truncatingIfNeeded: tick & mask)
    }

    private func bucket(for deadline: Int64) -> UInt16 {
        // The first wheel's buckets come up when their span is over, the others' when it begins. The bucket of the present
        // span has come up already and does so again only after a whole turn.
        let deadline = Swift.max(deadline, now)
        for level in 0..<Self.levels {
            let present = now >> Self.shift(level)
            let tick = level == 0 ? (deadline >> Self.shift(0)) + 1 : deadline >> Self.shift(level)
            if tick - present < 64 { return Self.index(level, Swift.max(tick, present + 1)) }
        }
        let last = Self.levels - 1
        return Self.index(last, (now >> Self.shift(last)) + 63)
    }

    private func link(_ slot: Slot, _ bucket: UInt16, _ times: Slab<EntryTimes>) {
        let last = lists[Int(bucket)].last
        times[slot].bucket = bucket
        times[slot].previous = last
        times[slot].next = .none
        if last == .none { lists[Int(bucket)].first = slot } else { times[last].next = slot }
        lists[Int(bucket)].last = slot
    }

    private func unlink(_ slot: Slot, _ times: Slab<EntryTimes>) {
        let (previous, next, bucket) = (times[slot].previous, times[slot].next, times[slot].bucket)
        if previous == .none { lists[Int(bucket)].first = next } else { times[previous].next = next }
        if next == .none { lists[Int(bucket)].last = previous } else { times[next].previous = previous }
        // The entries at the ends of a list name it rightly; see `comeUp`.
        if previous == .none, next != .none { times[next].bucket = bucket }
        if next == .none, previous != .none { times[previous].bucket = bucket }
        times[slot].bucket = Self.noBucket
    }

    /// Appends a whole bucket to those that have come up, at the cost of its two ends: those between them go on naming
    /// the bucket they came from until they are an end themselves.
    private func comeUp(_ bucket: UInt16, _ times: Slab<EntryTimes>) {
        let (first, last) = lists[Int(bucket)]
        guard first != .none else { return }
        let end = lists[Int(Self.pending)].last
        if end == .none { lists[Int(Self.pending)].first = first } else { times[end].next = first }
        times[first].previous = end
        lists[Int(Self.pending)].last = last
        times[first].bucket = Self.pending
        times[last].bucket = Self.pending
        lists[Int(bucket)] = (.none, .none)
    }
}
