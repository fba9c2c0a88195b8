// SPDX-License-Identifier: Apache-2.0

import CoreMetrics

/// The metric handles of one pool, made once.
struct WorkerPoolMetrics: Sendable {
    let admission: AdmissionMetrics
    private let completed: Counter
    private let failed: Counter
    private let jobTime: CoreMetrics.Timer

    init(name: String) {
        let dimensions = [("name", name)]
        admission = AdmissionMetrics(prefix: "r3mes_worker_pool", name: name)
        completed = Counter(label: "r3mes_worker_pool_completed_total", dimensions: dimensions)
        failed = Counter(label: "r3mes_worker_pool_failed_total", dimensions: dimensions)
        jobTime = CoreMetrics.Timer(label: "r3mes_worker_pool_job_seconds", dimensions: dimensions)
    }

    func end(succeeded: Bool, after duration: Duration) {
        (succeeded ? completed : failed).increment()
        jobTime.recordNanoseconds(duration.wholeNanoseconds)
    }
}
