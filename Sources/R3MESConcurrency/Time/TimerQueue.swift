// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Runs actions at instants of one clock, with one sleeping task for all of them.
///
/// A timer costs two short locked sections instead of a task and a system timer. The sleeping task is started with the
/// first timer and replaced only when an earlier one comes; a removed timer leaves it asleep, and it sets itself anew
/// when it wakes. Actions run one after the other on the task that woke: they must be short and must not block.
final class TimerQueue: Sendable {
    typealias Action = @Sendable () -> Void
    typealias Timers = TimerHeap<Action>

    /// The queue of the system's clock, shared by everything in the process.
    static let shared = TimerQueue(clock: ContinuousClock())

    /// No single sleep is longer, since clocks fail on very long ones.
    private static let longestSleep = Duration.seconds(3600)

    private struct State {
        var timers = Timers()
        var sleeper: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let time: TimeSource
    private let sleep: @Sendable (Moment) async throws -> Void

    private init<C: Clock>(clock: C) where C.Instant == ContinuousClock.Instant {
        time = TimeSource(clock)
        sleep = { moment in
            try await clock.sleep(until: moment.instant, tolerance: .zero)
        }
    }

    deinit {
        state.withLock { $0.sleeper }?.cancel()
    }

    /// The shared queue for the system's clock, a queue of its own for any other.
    static func on<C: Clock>(_ clock: C) -> TimerQueue where C.Instant == ContinuousClock.Instant {
        clock is ContinuousClock ? shared : TimerQueue(clock: clock)
    }

    /// The present moment of the queue's clock.
    var now: Moment { time.now }

    /// How many timers are set.
    var count: Int {
        state.withLock { $0.timers.count }
    }

    /// Runs the action at the moment, or soon if that is past, unless it is cancelled before.
    func schedule(at moment: Moment, _ action: @escaping Action) -> Timers.Token {
        let (token, replaced) = state.withLock { state in
            let (token, alarm) = state.timers.insert(action, at: moment)
            guard let alarm else {
                return (token, nil as Task<Void, Never>?)
            }
            let replaced = state.sleeper
            state.sleeper = makeSleeper(for: alarm)
            return (token, replaced)
        }
        replaced?.cancel()
        return token
    }

    /// Takes a timer away.
    ///
    /// An action that is just being run is not waited for.
    func cancel(_ token: Timers.Token) {
        state.withLock { state in
            _ = state.timers.remove(token)
        }
    }

    /// Detached, for a timer must not inherit the priority and the task-locals of whoever happened to come first.
    private func makeSleeper(for alarm: Timers.Alarm) -> Task<Void, Never> {
        Task.detached(priority: .high) { [weak self, sleep, now] in
            var alarm = alarm
            var now = now
            while true {
                do {
                    try await sleep(min(alarm.moment, now.advanced(by: Self.longestSleep)))
                } catch {
                    return
                }
                guard let self, let next = self.fire(alarm, now: &now) else {
                    return
                }
                alarm = next
            }
        }
    }

    private func fire(_ alarm: Timers.Alarm, now: inout Moment) -> Timers.Alarm? {
        now = self.now
        guard now >= alarm.moment else {
            return alarm
        }
        let (due, next) = state.withLock { [now] in $0.timers.fire(alarm, now: now) }
        for action in due {
            action()
        }
        return next
    }
}
