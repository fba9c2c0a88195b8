// SPDX-License-Identifier: Apache-2.0

extension MetricCatalog.Group {
    /// What the registry tells of itself.
    public static let telemetry = Self(
        "Telemetry itself",
        [
            MetricDefinition(
                .histogram,
                "r3mes_telemetry_observation_seconds",
                unit: "seconds",
                help: "What recording one value of a timer or recorder took; one of 1,024 is timed."
            ),
            MetricDefinition(.gauge, "r3mes_telemetry_series", help: "Series that are recorded."),
            MetricDefinition(
                .counter,
                "r3mes_telemetry_overflowed_total",
                labels: ["metric"],
                help: "How often a series was asked for beyond the limit of its metric.",
                alerts: [
                    AlertRule(
                        "R3MESTelemetryOverflow",
                        when: "increase(r3mes_telemetry_overflowed_total[15m]) > 0",
                        for: "15m",
                        severity: "ticket",
                        summary: "{{ $labels.metric }} has more series than its limit: some label has too many values."
                    )
                ]
            ),
            MetricDefinition(
                .counter,
                "r3mes_telemetry_refused_total",
                labels: ["reason"],
                help: "Metrics that were not made: of the wrong kind (conflict), or too many (limit)."
            ),
            MetricDefinition(
                .counter,
                "r3mes_telemetry_rejected_values_total",
                help: "Values that were not recorded, since they were negative or no number."
            ),
            MetricDefinition(
                .gauge,
                "r3mes_telemetry_last_scrape_seconds",
                unit: "seconds",
                help: "How long the scrape before this one took."
            ),
        ]
    )

    /// What the system tells of the process, by the names that Prometheus' own clients use.
    public static let process = Self(
        "Process",
        [
            MetricDefinition(
                .counter,
                "process_cpu_seconds_total",
                unit: "seconds",
                help: "Processor time used, user and system."
            ),
            MetricDefinition(.gauge, "process_resident_memory_bytes", unit: "bytes", help: "Memory that is in RAM."),
            MetricDefinition(.gauge, "process_virtual_memory_bytes", unit: "bytes", help: "Address space."),
            MetricDefinition(.gauge, "process_threads", help: "Threads."),
            MetricDefinition(
                .gauge,
                "process_open_fds",
                help: "Open file descriptors.",
                alerts: [
                    AlertRule(
                        "R3MESFileDescriptors",
                        when: "process_open_fds / process_max_fds > 0.8",
                        for: "5m",
                        severity: "page",
                        summary: "Four in five file descriptors are open; at the limit no connection is accepted."
                    )
                ]
            ),
            MetricDefinition(.gauge, "process_max_fds", help: "How many file descriptors may be open."),
            MetricDefinition(
                .gauge,
                "process_start_time_seconds",
                unit: "seconds",
                help: "When the process started, since 1970."
            ),
        ]
    )

    /// What is sampled of the runtime.
    public static let runtime = Self(
        "Runtime",
        [
            MetricDefinition(
                .histogram,
                "r3mes_event_loop_delay_seconds",
                unit: "seconds",
                labels: ["loop"],
                help: "How long an event loop took to come to new work.",
                alerts: [
                    AlertRule(
                        "R3MESEventLoopBlocked",
                        when: "histogram_quantile(0.99, sum by (le, loop) "
                            + "(rate(r3mes_event_loop_delay_seconds_bucket[5m]))) > 0.05",
                        for: "5m",
                        severity: "page",
                        summary: "The loop {{ $labels.loop }} is blocked for more than 50 ms at a time."
                    )
                ]
            )
        ]
    )
}
