// SPDX-License-Identifier: Apache-2.0

extension MetricCatalog.Group {
    static let cache = Self(
        "Cache",
        [
            MetricDefinition(.counter, "r3mes_cache_hits_total", labels: ["name"], help: "Reads that found a value."),
            MetricDefinition(.counter, "r3mes_cache_misses_total", labels: ["name"], help: "Reads that found none."),
            MetricDefinition(.counter, "r3mes_cache_loads_total", labels: ["name"], help: "Values that were loaded."),
            MetricDefinition(.counter, "r3mes_cache_failed_loads_total", labels: ["name"], help: "Loads that failed."),
            MetricDefinition(
                .counter,
                "r3mes_cache_refused_total",
                labels: ["name"],
                help: "Values not stored, since what they were read from had changed."
            ),
            MetricDefinition(
                .counter,
                "r3mes_cache_removals_total",
                labels: ["cause", "name"],
                help: "Entries removed, by cause."
            ),
            MetricDefinition(.gauge, "r3mes_cache_entries", labels: ["name"], help: "Entries."),
            MetricDefinition(.gauge, "r3mes_cache_weight", labels: ["name"], help: "What the entries weigh together."),
        ]
    )

    static let connectionPool = Self(
        "Connection pool",
        [
            MetricDefinition(
                .histogram,
                "r3mes_connection_pool_acquire_seconds",
                unit: "seconds",
                labels: ["name"],
                help: "How long callers waited for a connection.",
                alerts: [
                    AlertRule(
                        "R3MESConnectionPoolSlow",
                        when: "histogram_quantile(0.99, sum by (le, name) "
                            + "(rate(r3mes_connection_pool_acquire_seconds_bucket[5m]))) > 0.05",
                        for: "5m",
                        severity: "page",
                        summary: "The pool {{ $labels.name }} needs more than 50 ms to give a connection."
                    )
                ]
            ),
            MetricDefinition(.gauge, "r3mes_connection_pool_in_use", labels: ["name"], help: "Connections in use."),
            MetricDefinition(.gauge, "r3mes_connection_pool_idle", labels: ["name"], help: "Connections at rest."),
            MetricDefinition(.gauge, "r3mes_connection_pool_waiting", labels: ["name"], help: "Callers that wait."),
            MetricDefinition(
                .gauge,
                "r3mes_connection_pool_limit",
                labels: ["name"],
                help: "How many connections there may be."
            ),
            MetricDefinition(
                .counter,
                "r3mes_connection_pool_created_total",
                labels: ["name"],
                help: "Connections opened."
            ),
            MetricDefinition(
                .counter,
                "r3mes_connection_pool_open_failures_total",
                labels: ["name"],
                help: "Connections that could not be opened."
            ),
            MetricDefinition(
                .counter,
                "r3mes_connection_pool_leaks_total",
                labels: ["name"],
                help: "Connections held for longer than anybody should."
            ),
            MetricDefinition(
                .counter,
                "r3mes_connection_pool_closed_total",
                labels: ["name", "reason"],
                help: "Connections closed."
            ),
            MetricDefinition(
                .counter,
                "r3mes_connection_pool_refused_total",
                labels: ["name", "reason"],
                help: "Callers that got no connection.",
                keepsExemplars: true
            ),
        ]
    )

    static let batching = Self(
        "Batching",
        [
            MetricDefinition(
                .counter,
                "data_loader_callers_total",
                labels: ["loader"],
                help: "Callers that asked a loader."
            ),
            MetricDefinition(.histogram, "data_loader_batch_keys", labels: ["loader"], help: "Keys in one batch."),
            MetricDefinition(
                .histogram,
                "data_loader_batch_duration_seconds",
                unit: "seconds",
                labels: ["loader"],
                help: "How long a batch took to load."
            ),
            MetricDefinition(
                .counter,
                "batch_writer_failed_items_total",
                labels: ["writer"],
                help: "Items that could not be written."
            ),
            MetricDefinition(.histogram, "batch_writer_batch_items", labels: ["writer"], help: "Items in one batch."),
            MetricDefinition(
                .histogram,
                "batch_writer_batch_duration_seconds",
                unit: "seconds",
                labels: ["writer"],
                help: "How long a batch took to write."
            ),
        ]
    )

    static let memory = Self(
        "Memory",
        [
            MetricDefinition(.gauge, "pool_idle_objects", labels: ["pool"], help: "Objects at rest in a pool."),
            MetricDefinition(
                .gauge,
                "pool_reuse_ratio",
                labels: ["pool"],
                help: "Share of takes that reused an object."
            ),
            MetricDefinition(.gauge, "memory_resident_bytes", unit: "bytes", help: "Memory that is in RAM."),
            MetricDefinition(.gauge, "memory_heap_in_use_bytes", unit: "bytes", help: "Heap that the program uses."),
            MetricDefinition(
                .gauge,
                "memory_heap_retained_bytes",
                unit: "bytes",
                help: "Heap that the allocator keeps for later."
            ),
            MetricDefinition(.gauge, "memory_limit_bytes", unit: "bytes", help: "Memory that the process may use."),
            MetricDefinition(.gauge, "memory_used_bytes", unit: "bytes", help: "Memory that counts towards the limit."),
            MetricDefinition(
                .gauge,
                "memory_pressure_level",
                help: "How short memory is, from 0 (enough) upwards.",
                alerts: [
                    AlertRule(
                        "R3MESMemoryShort",
                        when: "memory_pressure_level >= 2",
                        for: "2m",
                        severity: "page",
                        summary: "Memory is near its limit; beyond it the system ends the process."
                    )
                ]
            ),
        ]
    )

    static let network = Self(
        "Calls to others",
        [
            MetricDefinition(
                .counter,
                "r3mes_network_calls_total",
                labels: ["client", "outcome"],
                help: "Calls, by how they ended: answered, stale, failed or cancelled."
            ),
            MetricDefinition(
                .counter,
                "r3mes_network_tries_total",
                labels: ["client", "kind", "outcome"],
                help: "Requests sent, by kind (first, retry, hedge) and outcome."
            ),
            MetricDefinition(
                .histogram,
                "r3mes_network_try_seconds",
                unit: "seconds",
                labels: ["client"],
                help: "How long tries took."
            ),
            MetricDefinition(
                .histogram,
                "r3mes_network_tries_per_call",
                labels: ["client"],
                help: "How many requests one call sent."
            ),
            MetricDefinition(
                .counter,
                "r3mes_network_received_bytes_total",
                unit: "bytes",
                labels: ["client"],
                help: "Bytes of bodies received."
            ),
            MetricDefinition(
                .counter,
                "r3mes_network_wasted_bytes_total",
                unit: "bytes",
                labels: ["client"],
                help: "Bytes of bodies that no caller got."
            ),
            MetricDefinition(
                .counter,
                "r3mes_network_retry_stops_total",
                labels: ["client", "reason"],
                help: "Calls that were not tried again, by reason."
            ),
            MetricDefinition(
                .counter,
                "r3mes_network_hedges_won_total",
                labels: ["client"],
                help: "Hedges whose answer was used."
            ),
            MetricDefinition(
                .counter,
                "r3mes_network_breaker_changes_total",
                labels: ["client", "state"],
                help: "Changes of circuit breakers, by new state.",
                alerts: [
                    AlertRule(
                        "R3MESCircuitOpen",
                        when: "increase(r3mes_network_breaker_changes_total{state=\"open\"}[10m]) > 3",
                        for: "0m",
                        severity: "ticket",
                        summary: "{{ $labels.client }}: the peer fails again and again."
                    )
                ]
            ),
            MetricDefinition(
                .counter,
                "r3mes_network_ejections_total",
                labels: ["client"],
                help: "Endpoints that were left out."
            ),
        ]
    )
}
