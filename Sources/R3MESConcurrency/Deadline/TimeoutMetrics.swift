// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// How often time limits strike, and what they leave running.
final class TimeoutMetrics: Sendable {
    static let shared = TimeoutMetrics()

    private let fired = Counter(label: "r3mes_timeout_fired_total")
    private let abandoned = Counter(label: "r3mes_timeout_abandoned_total")
    private let stillRunning = Meter(label: "r3mes_timeout_abandoned_running")
    private let running = Atomic(0)

    /// How many operations go on though nobody waits for them any more.
    var abandonedRunning: Int { running.load(ordering: .relaxed) }

    func stop<Value>(_ cause: TimeoutState<Value>.Cause) {
        switch cause {
        case .timedOut, .deadlineExceeded: fired.increment()
        case .callerCancelled: break
        }
    }

    func abandon() {
        abandoned.increment()
        running.add(1, ordering: .relaxed)
        stillRunning.increment()
    }

    func endAbandoned() {
        running.subtract(1, ordering: .relaxed)
        stillRunning.decrement()
    }
}
