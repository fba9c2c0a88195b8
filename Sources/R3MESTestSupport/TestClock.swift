// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A clock that moves only when the test says so.
///
/// Its instants are those of `ContinuousClock`, so whatever takes that clock takes this one. Sleepers wake in the order
/// of their deadlines when the time is advanced past them, and at once when they are cancelled.
public final class TestClock: Clock {
    /// The same instants as the continuous clock has.
    public typealias Instant = ContinuousClock.Instant
    /// The standard duration.
    public typealias Duration = Swift.Duration

    private enum Sleeper {
        case sleeping(until: Instant, UnsafeContinuation<Void, any Error>)
        case cancelled
    }

    private struct Watcher {
        let count: Int
        let continuation: UnsafeContinuation<Void, Never>
    }

    private struct State {
        var now = ContinuousClock.now
        var lastID = 0
        var sleepers: [Int: Sleeper] = [:]
        var exactSleeps = 0
        var tolerantSleeps = 0
        var watchers: [Watcher] = []

        var sleeping: Int {
            sleepers.values.count { if case .sleeping = $0 { true } else { false } }
        }

        mutating func contentWatchers() -> [Watcher] {
            let count = sleeping
            defer { watchers.removeAll { $0.count <= count } }
            return watchers.filter { $0.count <= count }
        }
    }

    private let state = Mutex(State())

    /// Makes a clock that stands still.
    public init() {}

    /// The clock's present instant.
    public var now: Instant {
        state.withLock { $0.now }
    }

    /// The smallest step; zero, since any step can be made.
    public var minimumResolution: Duration { .zero }

    /// How many tasks sleep now.
    public var sleeperCount: Int {
        state.withLock { $0.sleeping }
    }

    /// How many sleeps have begun that asked to be woken at their very deadline.
    public var exactSleepCount: Int {
        state.withLock { $0.exactSleeps }
    }

    /// How many sleeps have begun that a real clock may end late, be it by its default tolerance.
    ///
    /// A real clock makes use of that: it puts such a sleep together with others. This one never does.
    public var tolerantSleepCount: Int {
        state.withLock { $0.tolerantSleeps }
    }

    /// Sleeps until the test has advanced the clock to the deadline.
    ///
    /// - Throws: `CancellationError` as soon as the task is cancelled.
    public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            if tolerance == .zero {
                state.exactSleeps += 1
            } else {
                state.tolerantSleeps += 1
            }
            return state.lastID
        }
        defer {
            // A cancellation that came after the sleep has ended leaves a mark behind.
            state.withLock { state in
                state.sleepers[id] = nil
            }
        }
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                fallAsleep(id, until: deadline, continuation)
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Moves the clock on and wakes whoever's time has come, the earliest deadline first.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            var due: [(deadline: Instant, id: Int, continuation: UnsafeContinuation<Void, any Error>)] = []
            for case (let id, .sleeping(let deadline, let continuation)) in state.sleepers where deadline <= state.now {
                due.append((deadline, id, continuation))
                state.sleepers[id] = nil
            }
            return due.sorted { ($0.deadline, $0.id) < ($1.deadline, $1.id) }
        }
        for sleeper in due {
            sleeper.continuation.resume()
        }
    }

    /// Returns as soon as at least so many tasks sleep on this clock.
    public func waitForSleepers(_ count: Int = 1) async {
        await withUnsafeContinuation { continuation in
            let watchers = state.withLock { state in
                state.watchers.append(Watcher(count: count, continuation: continuation))
                return state.contentWatchers()
            }
            watchers.forEach { $0.continuation.resume() }
        }
    }

    private func fallAsleep(_ id: Int, until deadline: Instant, _ continuation: UnsafeContinuation<Void, any Error>) {
        enum Outcome {
            case asleep([Watcher])
            case due
            case cancelled
        }
        let outcome = state.withLock { state -> Outcome in
            if case .cancelled = state.sleepers.removeValue(forKey: id) {
                return .cancelled
            }
            guard deadline > state.now else {
                return .due
            }
            state.sleepers[id] = .sleeping(until: deadline, continuation)
            return .asleep(state.contentWatchers())
        }
        switch outcome {
        case .asleep(let watchers): watchers.forEach { $0.continuation.resume() }
        case .due: continuation.resume()
        case .cancelled: continuation.resume(throwing: CancellationError())
        }
    }

    private func cancel(_ id: Int) {
        let continuation = state.withLock { state -> UnsafeContinuation<Void, any Error>? in
            guard case .sleeping(_, let continuation) = state.sleepers.removeValue(forKey: id) else {
                state.sleepers[id] = .cancelled
                return nil
            }
            return continuation
        }
        continuation?.resume(throwing: CancellationError())
    }
}
