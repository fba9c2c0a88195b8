// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Wakes its owner at one time, which a later call replaces.
final class PoolAlarm: Sendable {
    private struct State {
        var time: Duration?
        var sleeper: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let clock: PoolClock

    init(clock: PoolClock) {
        self.clock = clock
    }

    deinit {
        state.withLock { $0.sleeper }?.cancel()
    }

    /// Calls `action` at the time, unless another call of this kind for an earlier time has come before.
    ///
    /// Detached, since the sleeper must not inherit the priority and the task-local values of whoever comes first.
    func set(_ time: Duration, _ action: @escaping @Sendable () -> Void) {
        let replaced = state.withLock { state -> Task<Void, Never>? in
            if let earlier = state.time, earlier <= time {
                return nil
            }
            state.time = time
            let replaced = state.sleeper
            state.sleeper = Task.detached(priority: .high) { [weak self, clock] in
                guard await clock.sleep(until: time), let self, self.clear(time) else {
                    return
                }
                action()
            }
            return replaced
        }
        replaced?.cancel()
    }

    /// Forgets what was set.
    func cancel() {
        let sleeper = state.withLock { state in
            defer { state = State() }
            return state.sleeper
        }
        sleeper?.cancel()
    }

    /// True if the time is still the one that was set.
    private func clear(_ time: Duration) -> Bool {
        state.withLock { state in
            guard state.time == time else {
                return false
            }
            state.time = nil
            return true
        }
    }
}
