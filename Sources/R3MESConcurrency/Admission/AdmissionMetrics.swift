// SPDX-License-Identifier: Apache-2.0

import CoreMetrics

/// The metric handles of one limiter or pool, made once.
struct AdmissionMetrics: Sendable {
    private let admitted: Counter
    private let refused: [RefusalReason: Counter]
    private let inUse: Meter
    private let waiting: Meter
    private let limit: Meter
    private let waitTime: CoreMetrics.Timer

    /// Labels begin with `prefix`; all have the dimension `name`.
    init(prefix: String, name: String) {
        let dimensions = [("name", name)]
        admitted = Counter(label: "\(prefix)_admitted_total", dimensions: dimensions)
        inUse = Meter(label: "\(prefix)_in_use", dimensions: dimensions)
        waiting = Meter(label: "\(prefix)_waiting", dimensions: dimensions)
        limit = Meter(label: "\(prefix)_limit", dimensions: dimensions)
        waitTime = CoreMetrics.Timer(label: "\(prefix)_wait_seconds", dimensions: dimensions)
        refused = Dictionary(
            uniqueKeysWithValues: RefusalReason.allCases.map { reason in
                let labels = dimensions + [("reason", reason.rawValue)]
                return (reason, Counter(label: "\(prefix)_refused_total", dimensions: labels))
            }
        )
    }

    func limitChanged(to value: Int) {
        limit.set(value)
    }

    func admit(_ charge: Int) {
        admitted.increment()
        inUse.increment(by: Double(charge))
    }

    func release(_ charge: Int) {
        inUse.decrement(by: Double(charge))
    }

    func beginWaiting() {
        waiting.increment()
    }

    func endWaiting(after duration: Duration) {
        waiting.decrement()
        waitTime.recordNanoseconds(duration.wholeNanoseconds)
    }

    func refuse(_ reason: RefusalReason) {
        refused[reason]?.increment()
    }
}
