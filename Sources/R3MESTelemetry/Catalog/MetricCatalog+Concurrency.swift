// SPDX-License-Identifier: Apache-2.0

extension MetricCatalog.Group {
    /// What every limiter and pool that admits work has.
    private static func admission(_ prefix: String, _ subject: String) -> [MetricDefinition] {
        [
            MetricDefinition(
                .counter,
                "\(prefix)_admitted_total",
                labels: ["name"],
                help: "Work that the \(subject) let in."
            ),
            MetricDefinition(
                .counter,
                "\(prefix)_refused_total",
                labels: ["name", "reason"],
                help: "Work that the \(subject) turned away.",
                keepsExemplars: true
            ),
            MetricDefinition(.gauge, "\(prefix)_in_use", labels: ["name"], help: "Permits of the \(subject) in use."),
            MetricDefinition(
                .gauge,
                "\(prefix)_waiting",
                labels: ["name"],
                help: "Callers that wait for the \(subject)."
            ),
            MetricDefinition(.gauge, "\(prefix)_limit", labels: ["name"], help: "Permits that the \(subject) has."),
            MetricDefinition(
                .histogram,
                "\(prefix)_wait_seconds",
                unit: "seconds",
                labels: ["name"],
                help: "How long callers waited for the \(subject)."
            ),
        ]
    }

    static let limiters = Self(
        "Limiters",
        admission("r3mes_concurrency_limiter", "concurrency limiter")
            + admission("r3mes_adaptive_limiter", "adaptive limiter")
    )

    static let rateLimiter = Self(
        "Rate limiter",
        [
            MetricDefinition(.counter, "r3mes_rate_limiter_allowed_total", labels: ["name"], help: "Calls allowed."),
            MetricDefinition(
                .counter,
                "r3mes_rate_limiter_denied_total",
                labels: ["name"],
                help: "Calls denied.",
                keepsExemplars: true
            ),
        ]
    )

    static let workerPool = Self(
        "Worker pool",
        admission("r3mes_worker_pool", "worker pool") + [
            MetricDefinition(.counter, "r3mes_worker_pool_completed_total", labels: ["name"], help: "Jobs that ended."),
            MetricDefinition(.counter, "r3mes_worker_pool_failed_total", labels: ["name"], help: "Jobs that threw."),
            MetricDefinition(
                .histogram,
                "r3mes_worker_pool_job_seconds",
                unit: "seconds",
                labels: ["name"],
                help: "How long jobs ran."
            ),
        ]
    )

    static let singleFlight = Self(
        "Single flight",
        [
            MetricDefinition(
                .counter,
                "r3mes_single_flight_started_total",
                labels: ["name"],
                help: "Operations that were started."
            ),
            MetricDefinition(
                .counter,
                "r3mes_single_flight_joined_total",
                labels: ["name"],
                help: "Callers that shared an operation under way."
            ),
        ]
    )

    static let timeouts = Self(
        "Timeouts",
        [
            MetricDefinition(.counter, "r3mes_timeout_fired_total", help: "Operations that ran out of time."),
            MetricDefinition(
                .counter,
                "r3mes_timeout_abandoned_total",
                help: "Operations that ignored their cancellation and were left behind."
            ),
            MetricDefinition(
                .gauge,
                "r3mes_timeout_abandoned_running",
                help: "Operations left behind that still run.",
                alerts: [
                    AlertRule(
                        "R3MESAbandonedOperations",
                        when: "r3mes_timeout_abandoned_running > 100",
                        for: "5m",
                        severity: "ticket",
                        summary: "More than 100 operations run on after their time: something ignores cancellation."
                    )
                ]
            ),
        ]
    )
}
