// SPDX-License-Identifier: Apache-2.0

/// Who may enter and who waits, as a value: events in, decisions out.
///
/// The owner locks it and wakes the waiters.
///
/// Rules, which together let no one starve within a class:
/// - Nobody overtakes a waiter of the same or a higher class.
/// - The head of the highest class goes next. While it does not fit nobody goes, so light waiters cannot starve a
///   heavy one.
/// - A weight above the limit is charged as the whole limit: it is admitted alone instead of never.
struct AdmissionState<Waiter: Sendable>: Sendable {
    /// Someone in the queue.
    struct Entry {
        let waiter: Waiter
        let weight: Int
    }

    /// A waiter that goes in now.
    struct Admission {
        let waiter: Waiter
        /// What it was charged and has to give back.
        let charge: Int
        /// How much is in use with it.
        let inUse: Int
        /// True if there may be another one to admit.
        let hasMore: Bool
    }

    typealias Handle = WaitQueue<Entry>.Handle

    /// The most that may be in use at once; at least 1.
    private(set) var limit: Int
    /// The charges of all that is inside.
    ///
    /// Above the limit only after the limit was lowered.
    private(set) var inUse = 0
    /// The most that may wait.
    let maximumWaiting: Int

    private var queue = WaitQueue<Entry>()

    init(limit: Int, maximumWaiting: Int) {
        self.limit = max(limit, 1)
        self.maximumWaiting = max(maximumWaiting, 0)
    }

    /// How many wait.
    var waiting: Int { queue.count }

    /// True if the queue has no room.
    var isFull: Bool { queue.count >= maximumWaiting }

    /// Admits a newcomer at once if it fits and overtakes nobody; returns what it is charged.
    mutating func admit(weight: Int, priority: PriorityClass) -> Int? {
        if let highest = queue.highestClass, highest >= priority {
            return nil
        }
        guard let charge = charge(for: weight) else {
            return nil
        }
        inUse += charge
        return charge
    }

    /// Puts a newcomer into the queue; nil if the queue is full.
    mutating func enqueue(_ waiter: Waiter, weight: Int, priority: PriorityClass) -> Handle? {
        guard !isFull else {
            return nil
        }
        return queue.append(Entry(waiter: waiter, weight: weight), priority: priority)
    }

    /// A waiter gives up; nil if it was admitted or displaced already.
    ///
    /// Those behind it may fit now, so ``admitNext(newestFirst:)`` has to follow.
    mutating func leave(_ handle: Handle) -> Waiter? {
        queue.remove(handle)?.waiter
    }

    /// Takes out the waiter that has waited longest in the least important class, if that class is below `priority`, or
    /// equal to it where that is allowed.
    mutating func displace(for priority: PriorityClass, allowingEqual: Bool) -> Waiter? {
        guard let lowest = queue.lowestClass, lowest < priority || (allowingEqual && lowest == priority) else {
            return nil
        }
        return queue.popOldest(in: lowest)?.waiter
    }

    /// Takes a charge back; ``admitNext(newestFirst:)`` has to follow.
    mutating func release(_ charge: Int) {
        precondition(charge <= inUse, "AdmissionState.release: \(charge) given back while \(inUse) are in use")
        inUse -= charge
    }

    /// Changes the limit, at least 1; ``admitNext(newestFirst:)`` has to follow.
    ///
    /// What is inside stays inside.
    mutating func setLimit(_ limit: Int) {
        self.limit = max(limit, 1)
    }

    /// Admits the next waiter if it fits.
    mutating func admitNext(newestFirst: Bool = false) -> Admission? {
        guard let highest = queue.highestClass,
            let head = newestFirst ? queue.newest(in: highest) : queue.oldest(in: highest),
            let charge = charge(for: head.weight)
        else {
            return nil
        }
        _ = newestFirst ? queue.popNewest(in: highest) : queue.popOldest(in: highest)
        inUse += charge
        return Admission(
            waiter: head.waiter,
            charge: charge,
            inUse: inUse,
            hasMore: inUse < limit && !queue.isEmpty
        )
    }

    private func charge(for weight: Int) -> Int? {
        let charge = min(max(weight, 1), limit)
        return charge <= limit - inUse ? charge : nil
    }
}
