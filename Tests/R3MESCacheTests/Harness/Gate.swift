// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Holds tasks up until the test opens it, and tells how many have come.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var arrivals = 0
        var held: [CheckedContinuation<Void, Never>] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// How many tasks have come so far.
    var arrivals: Int { state.withLock { $0.arrivals } }

    /// Waits until the gate is open; cancellation does not help.
    func pass() async {
        await withCheckedContinuation { continuation in
            let (isOpen, told) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
                state.arrivals += 1
                if !state.isOpen { state.held.append(continuation) }
                let told = state.watchers.filter { $0.count <= state.arrivals }.map(\.continuation)
                state.watchers.removeAll { $0.count <= state.arrivals }
                return (state.isOpen, told)
            }
            told.forEach { $0.resume() }
            if isOpen { continuation.resume() }
        }
    }

    /// Lets all pass, those too that come later.
    func open() {
        let held = state.withLock { state in
            state.isOpen = true
            defer { state.held = [] }
            return state.held
        }
        held.forEach { $0.resume() }
    }

    /// Waits until so many have come.
    func waitForArrivals(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.arrivals < count { state.watchers.append((count, continuation)) }
                return state.arrivals >= count
            }
            if isThere { continuation.resume() }
        }
    }
}
