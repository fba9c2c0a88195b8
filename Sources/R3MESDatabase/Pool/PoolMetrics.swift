// SPDX-License-Identifier: Apache-2.0

import CoreMetrics

/// The metric handles of one pool, made once.
///
/// All have the dimension `name`: `r3mes_connection_pool_acquire_seconds`, `…_in_use`, `…_idle`, `…_waiting`,
/// `…_limit`, `…_created_total`, `…_open_failures_total`, `…_leaks_total`, and by `reason` `…_closed_total` and
/// `…_refused_total`.
struct PoolMetrics: Sendable {
    /// What the state of a pool shows at one moment.
    struct Readings: Sendable {
        var inUse: Int
        var idle: Int
        var waiting: Int
        let created: Int
        let openFailures: Int
        let leaks: Int

        /// The last readings of a pool that ends.
        var withNothingOpen: Readings {
            var last = self
            (last.inUse, last.idle, last.waiting) = (0, 0, 0)
            return last
        }
    }

    private let created: Counter
    private let openFailures: Counter
    private let leaks: Counter
    private let acquireTime: CoreMetrics.Timer
    private let inUse: Meter
    private let idle: Meter
    private let waiting: Meter
    private let limit: Meter
    private let closed: [CloseReason: Counter]
    private let refused: [PoolRefusal.Reason: Counter]

    init(name: String) {
        let prefix = "r3mes_connection_pool"
        let dimensions = [("name", name)]
        created = Counter(label: "\(prefix)_created_total", dimensions: dimensions)
        openFailures = Counter(label: "\(prefix)_open_failures_total", dimensions: dimensions)
        leaks = Counter(label: "\(prefix)_leaks_total", dimensions: dimensions)
        acquireTime = CoreMetrics.Timer(label: "\(prefix)_acquire_seconds", dimensions: dimensions)
        inUse = Meter(label: "\(prefix)_in_use", dimensions: dimensions)
        idle = Meter(label: "\(prefix)_idle", dimensions: dimensions)
        waiting = Meter(label: "\(prefix)_waiting", dimensions: dimensions)
        limit = Meter(label: "\(prefix)_limit", dimensions: dimensions)
        closed = Self.counters("\(prefix)_closed_total", dimensions, CloseReason.allCases)
        refused = Self.counters("\(prefix)_refused_total", dimensions, PoolRefusal.Reason.allCases)
    }

    private static func counters<Reason: RawRepresentable<String> & Hashable>(
        _ label: String,
        _ dimensions: [(String, String)],
        _ reasons: [Reason]
    ) -> [Reason: Counter] {
        Dictionary(
            uniqueKeysWithValues: reasons.map { reason in
                (reason, Counter(label: label, dimensions: dimensions + [("reason", reason.rawValue)]))
            }
        )
    }

    /// Steps rather than levels, since several threads may come out of the lock in any order.
    func move(from old: Readings, to new: Readings) {
        step(inUse, by: new.inUse - old.inUse)
        step(idle, by: new.idle - old.idle)
        step(waiting, by: new.waiting - old.waiting)
        step(created, by: new.created - old.created)
        step(openFailures, by: new.openFailures - old.openFailures)
        step(leaks, by: new.leaks - old.leaks)
    }

    private func step(_ counter: Counter, by difference: Int) {
        if difference > 0 {
            counter.increment(by: difference)
        }
    }

    private func step(_ meter: Meter, by difference: Int) {
        if difference > 0 {
            meter.increment(by: Double(difference))
        } else if difference < 0 {
            meter.decrement(by: Double(-difference))
        }
    }

    func limitChanged(to value: Int) {
        limit.set(value)
    }

    func acquired(after duration: Duration) {
        let (seconds, attoseconds) = duration.components
        acquireTime.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    func closed(_ reason: CloseReason) {
        closed[reason]?.increment()
    }

    func refused(_ reason: PoolRefusal.Reason) {
        refused[reason]?.increment()
    }
}
