// SPDX-License-Identifier: Apache-2.0

/// Counts of the outcomes within a sliding window, in memory that does not grow.
///
/// By count: a ring of the last outcomes, one byte each. By time: a ring of ten slices, each a tenth of the window.
/// Recording and reading are O(1), but for a time window after a pause, which clears at most its ten slices.
struct OutcomeWindow: Sendable {
    typealias Instant = ContinuousClock.Instant

    struct Counts: Hashable, Sendable {
        var calls = 0
        var failures = 0
        var slow = 0

        static func += (counts: inout Self, other: Self) {
            counts.calls += other.calls
            counts.failures += other.failures
            counts.slow += other.slow
        }

        static func -= (counts: inout Self, other: Self) {
            counts.calls -= other.calls
            counts.failures -= other.failures
            counts.slow -= other.slow
        }
    }

    private static let slices = 10

    private let slice: Duration?
    private var ring: [Counts]
    private var position = 0
    /// When the current slice began; only for a window by time.
    private var sliceStart: Instant?
    private(set) var counts = Counts()

    init(_ window: CircuitBreaker.Window) {
        switch window {
        case .calls(let calls):
            slice = nil
            ring = Array(repeating: Counts(), count: max(calls, 1))
        case .time(let time):
            slice = time / Self.slices
            ring = Array(repeating: Counts(), count: Self.slices)
        }
    }

    mutating func record(failed: Bool, slow: Bool, now: Instant) {
        let outcome = Counts(calls: 1, failures: failed ? 1 : 0, slow: slow ? 1 : 0)
        if slice == nil {
            counts -= ring[position]
            ring[position] = outcome
            position = (position + 1) % ring.count
        } else {
            advance(to: now)
            ring[position] += outcome
        }
        counts += outcome
    }

    /// Forgets the slices that have left the window.
    mutating func advance(to now: Instant) {
        guard let slice else {
            return
        }
        guard var start = sliceStart else {
            sliceStart = now
            return
        }
        let elapsed = start.duration(to: now)
        guard elapsed < slice * ring.count else {
            clear()
            sliceStart = now
            return
        }
        while start.duration(to: now) >= slice {
            start = start.advanced(by: slice)
            position = (position + 1) % ring.count
            counts -= ring[position]
            ring[position] = Counts()
        }
        sliceStart = start
    }

    mutating func clear() {
        for index in ring.indices {
            ring[index] = Counts()
        }
        position = 0
        sliceStart = nil
        counts = Counts()
    }
}
