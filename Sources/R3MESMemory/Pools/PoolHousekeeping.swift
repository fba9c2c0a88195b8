// SPDX-License-Identifier: Apache-2.0

import Metrics
import ServiceLifecycle

/// The regular work of a pool: decay and metrics.
struct PoolHousekeeping: Sendable {
    let interval: Duration
    let clock: any Clock<Duration>
    private let idle: Gauge
    private let reuse: Gauge

    init(name: String, interval: Duration, clock: any Clock<Duration>) {
        self.interval = interval
        self.clock = clock
        idle = Gauge(label: "r3mes_pool_idle_objects", dimensions: [("name", name)])
        reuse = Gauge(label: "r3mes_pool_reuse_ratio", dimensions: [("name", name)])
    }

    /// Runs until graceful shutdown or cancellation.
    func run(
        decay: @escaping @Sendable () -> Void,
        statistics: @escaping @Sendable () -> PoolStatistics
    ) async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let statistics = statistics()
                idle.record(statistics.idle)
                reuse.record(statistics.reuseRatio)
                do {
                    try await clock.sleep(for: interval, tolerance: nil)
                } catch {
                    return
                }
                decay()
            }
        }
    }
}
