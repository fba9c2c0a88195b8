// SPDX-License-Identifier: Apache-2.0

import CoreMetrics

/// The metric handles of one database, made once.
///
/// All have the dimension `name`: `r3mes_postgres_statement_seconds`, `…_failures_total`, `…_reruns_total` (reads undone by a
/// neighbour's failure), `…_cancellations_total` (asked of the server), `…_reconnections_total` (of shared connections).
struct PostgresMetrics: Sendable {
    private let statementTime: CoreMetrics.Timer
    private let failures: Counter
    private let reruns: Counter
    private let cancellations: Counter
    private let reconnections: Counter

    init(name: String) {
        let prefix = "r3mes_postgres"
        let dimensions = [("name", name)]
        statementTime = CoreMetrics.Timer(label: "\(prefix)_statement_seconds", dimensions: dimensions)
        failures = Counter(label: "\(prefix)_failures_total", dimensions: dimensions)
        reruns = Counter(label: "\(prefix)_reruns_total", dimensions: dimensions)
        cancellations = Counter(label: "\(prefix)_cancellations_total", dimensions: dimensions)
        reconnections = Counter(label: "\(prefix)_reconnections_total", dimensions: dimensions)
    }

    func ended(after duration: Duration, failed: Bool) {
        let (seconds, attoseconds) = duration.components
        statementTime.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        if failed { failures.increment() }
    }

    func rerun() { reruns.increment() }
    func cancelled() { cancellations.increment() }
    func reconnected() { reconnections.increment() }
}
