// SPDX-License-Identifier: Apache-2.0

import Instrumentation

/// The loads of one partition: what gathers, what is in flight, and what has to happen next.
struct LoaderLane<Key: Hashable & Sendable, Waiter: Sendable> {
    /// When a lane sends a batch.
    struct Rules {
        var usesWindow = false
        var maximumBatchSize = 1000
        var maximumConcurrentBatches = 1
        var joinsInFlight = true
    }

    /// What the owner must do, once it has let go of the lock.
    enum Action: Equatable {
        case none
        /// Start a task that begins the batch.
        case start(batch: Int)
        /// Report back when the window is over.
        case startWindow(Int)
    }

    struct Caller: Sendable {
        let id: Int
        let waiter: Waiter
        let context: (any Sendable)?
        var trace: InstrumentationContext?
    }

    /// All callers of one key; the first has a place of its own, so that a key with one caller needs no array.
    struct Callers: Sendable {
        private var first: Caller?
        private var others: [Caller] = []

        init(_ first: Caller? = nil) {
            self.first = first
        }

        var isEmpty: Bool { first == nil && others.isEmpty }
        var count: Int { (first == nil ? 0 : 1) + others.count }

        mutating func append(_ caller: Caller) {
            if first == nil {
                first = caller
            } else {
                others.append(caller)
            }
        }

        mutating func remove(_ id: Int) -> Caller? {
            if let caller = first, caller.id == id {
                first = nil
                return caller
            }
            return others.firstIndex { $0.id == id }.map { others.remove(at: $0) }
        }

        func forEach(_ body: (Caller) -> Void) {
            first.map(body)
            others.forEach(body)
        }
    }

    /// The keys in the order of their arrival; one that is not among `gathering` was cancelled and is passed over.
    private var order: [Key] = []
    private(set) var gathering: [Key: Callers] = [:]
    /// The batch in which a key is in flight and may be joined.
    var joinable: [Key: Int] = [:]
    var inFlight: Set<Int> = []
    /// The batch that was announced and has not begun yet.
    private var announced: Int?
    /// The window under way.
    private var window: Int?
    /// Whether the window of what gathers is over.
    private var isDue = false

    /// Whether the lane can be forgotten.
    var isIdle: Bool { gathering.isEmpty && inFlight.isEmpty && announced == nil }

    mutating func gather(_ key: Key, for caller: Caller) {
        if gathering[key]?.append(caller) == nil {
            gathering[key] = Callers(caller)
            order.append(key)
        }
    }

    mutating func removeGathering(_ id: Int, of key: Key) -> Caller? {
        guard let caller = gathering[key]?.remove(id) else { return nil }
        if gathering[key]?.isEmpty == true {
            gathering[key] = nil
            sweep()
        }
        return caller
    }

    /// From now on nobody joins the batch for these keys.
    mutating func forget(_ keys: [Key], of batch: Int) {
        for key in keys where joinable[key] == batch {
            joinable[key] = nil
        }
    }

    /// The window is over; false when it is not the one under way.
    mutating func endWindow(_ ended: Int) -> Bool {
        guard window == ended else { return false }
        window = nil
        isDue = !gathering.isEmpty
        return true
    }

    /// Takes out the keys that have gathered, at most so many.
    mutating func takeGathered(_ maximum: Int) -> [(key: Key, callers: Callers)] {
        announced = nil
        window = nil
        isDue = false
        var taken: [(key: Key, callers: Callers)] = []
        var passed = 0
        for key in order {
            guard taken.count < maximum else { break }
            passed += 1
            if let callers = gathering.removeValue(forKey: key) {
                taken.append((key, callers))
            }
        }
        order.removeFirst(passed)
        return taken
    }

    /// Decides what is needed next; draws the numbers of batches and windows from `last`.
    mutating func plan(_ rules: Rules, last: inout Int) -> Action {
        guard announced == nil, !gathering.isEmpty else { return .none }
        let isFull = gathering.count >= rules.maximumBatchSize
        let isReady = isFull || (rules.usesWindow ? isDue : inFlight.isEmpty)
        if isReady, inFlight.count < rules.maximumConcurrentBatches {
            last += 1
            announced = last
            return .start(batch: last)
        }
        if rules.usesWindow, window == nil, !isDue {
            last += 1
            window = last
            return .startWindow(last)
        }
        return .none
    }

    /// Keeps `order` from growing when keys come and are cancelled again and again.
    private mutating func sweep() {
        guard order.count > 2 * gathering.count + 16 else { return }
        var seen: Set<Key> = []
        order = order.filter { gathering[$0] != nil && seen.insert($0).inserted }
    }
}
