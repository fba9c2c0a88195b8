// SPDX-License-Identifier: Apache-2.0

import Metrics

/// The gauges of a ``MemoryMonitor``, in bytes unless the name says otherwise.
struct MemoryMetrics: Sendable {
    private let resident = Gauge(label: "r3mes_memory_resident_bytes")
    private let heapInUse = Gauge(label: "r3mes_memory_heap_in_use_bytes")
    private let heapRetained = Gauge(label: "r3mes_memory_heap_retained_bytes")
    private let limit = Gauge(label: "r3mes_memory_limit_bytes")
    private let used = Gauge(label: "r3mes_memory_used_bytes")
    private let level = Gauge(label: "r3mes_memory_pressure_level")

    func record(_ sample: MemorySample, level: MemoryPressureLevel) {
        resident.record(sample.resident)
        if let heap = sample.heap {
            heapInUse.record(heap.inUse)
            heapRetained.record(heap.retained)
        }
        if let bytes = sample.limit {
            limit.record(bytes)
        }
        if let bytes = sample.used {
            used.record(bytes)
        }
        self.level.record(level.rawValue)
    }
}
