// SPDX-License-Identifier: Apache-2.0

import Harness
import Synchronization
import Upstream

/// A server that does so many things at once and no more, such as a database with as many connections.
///
/// What it can't do yet waits in line. Like a real one it does all that it was asked for in the end, whether or not the
/// caller is still there: that is how overload ruins goodput.
final class FixedCapacityServer: Sendable {
    private struct State {
        var free: Int
        var generator: SeededGenerator
        var line: [CheckedContinuation<Bool, Never>] = []
        var served = 0
        var isStopped = false
    }

    static let slots = 8
    /// Service takes between half and one and a half of this, evenly.
    static let meanService = Duration.milliseconds(10)
    /// What it can serve in a second.
    static var capacity: Double { Double(slots) / meanService.seconds }

    private let state: Mutex<State>

    init(seed: UInt64) {
        state = Mutex(State(free: Self.slots, generator: SeededGenerator(seed: seed)))
    }

    /// Serves one caller, which waits in line first; false if the server was stopped before.
    func serve() async -> Bool {
        guard await enter() else { return false }
        let factor = state.withLock { Double.random(in: 0.5...1.5, using: &$0.generator) }
        // In a task of its own, which the caller's cancellation does not reach.
        await Task { try? await Task.sleep(for: Self.meanService * factor, tolerance: .zero) }.value
        leave()
        return true
    }

    /// Sends all home that wait in line, so that the next experiment begins with an empty one.
    func stop() {
        let line = state.withLock { state in
            state.isStopped = true
            defer { state.line = [] }
            return state.line[state.served...]
        }
        line.forEach { $0.resume(returning: false) }
    }

    private func enter() async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.isStopped { return false }
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.line.append(continuation)
                return nil
            }
            if let answer {
                continuation.resume(returning: answer)
            }
        }
    }

    private func leave() {
        let next: CheckedContinuation<Bool, Never>? = state.withLock { state in
            guard state.served < state.line.count else {
                state.free += 1
                return nil
            }
            state.served += 1
            return state.line[state.served - 1]
        }
        next?.resume(returning: true)
    }
}
