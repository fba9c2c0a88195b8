// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import Synchronization

/// What the client keeps for one origin.
final class Host: Sendable {
    let breaker: CircuitBreaker?
    let bulkhead: ConcurrencyLimiter
    let latency = LatencyTracker()

    init(breaker: CircuitBreaker?, bulkhead: ConcurrencyLimiter) {
        self.breaker = breaker
        self.bulkhead = bulkhead
    }
}

/// The latency estimate behind its lock.
final class LatencyTracker: Sendable {
    private let estimate = Mutex(LatencyEstimate())

    func record(_ duration: Duration) {
        estimate.withLock { $0.record(duration) }
    }

    /// Half of the recent calls are done by then; zero while too little is known.
    var median: Duration {
        estimate.withLock { $0.count >= 20 ? $0.quantile(0.5) ?? .zero : .zero }
    }

    func delay(for policy: HedgingPolicy) -> Duration? {
        estimate.withLock { policy.delay(for: $0) }
    }
}
