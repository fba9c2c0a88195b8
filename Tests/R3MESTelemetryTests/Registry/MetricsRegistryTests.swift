// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import R3MESTelemetry
import Testing

@Suite("MetricsRegistry")
struct MetricsRegistryTests {
    let registry: MetricsRegistry

    init() throws {
        var configuration = MetricsRegistry.Configuration.quiet
        configuration.maximumSeriesPerMetric = 2
        configuration.maximumMetrics = 3
        configuration.timerBuckets = [.milliseconds(5), .seconds(1)]
        configuration.recorderBuckets = [1, 10]
        registry = try MetricsRegistry(configuration)
    }

    @Test("a counter adds whole numbers and fractions, and refuses what would make it fall")
    func counter() {
        let counter = Counter(label: "jobs", dimensions: [("b", "2"), ("a", "1")], factory: registry)
        counter.increment(by: 3)
        counter.increment(by: -1)
        FloatingPointCounter(label: "jobs", dimensions: [("a", "1"), ("b", "2")], factory: registry)
            .increment(by: 0.5)
        #expect(registry.lines("jobs") == [#"jobs_total{a="1",b="2"} 3.5"#])
        #expect(registry.lines("r3mes_telemetry_rejected_values_total") == ["r3mes_telemetry_rejected_values_total 1"])
        counter.reset()
        #expect(registry.lines("jobs") == [#"jobs_total{a="1",b="2"} 0"#])
    }

    @Test("a timer counts exactly by its edges, which belong to their buckets, in seconds")
    func timer() {
        let timer = CoreMetrics.Timer(label: "wait_ms", factory: registry)
        timer.recordNanoseconds(5_000_000)
        timer.recordNanoseconds(5_000_001)
        timer.recordNanoseconds(2_000_000_000)
        timer.recordNanoseconds(-1)
        #expect(
            registry.lines("wait") == [
                #"wait_seconds_bucket{le="0.005"} 1"#, #"wait_seconds_bucket{le="1.0"} 2"#,
                #"wait_seconds_bucket{le="+Inf"} 3"#, "wait_seconds_sum 2.010000001", "wait_seconds_count 3",
            ]
        )
    }

    @Test("a recorder keeps fractions on their side of an edge, and a value beyond all in the last bucket")
    func recorder() throws {
        let recorder = Recorder(label: "size", factory: registry)
        recorder.record(1)
        recorder.record(1.0001)
        recorder.record(Double.greatestFiniteMagnitude)
        recorder.record(Int64.max)
        recorder.record(Double.nan)
        let snapshot = try #require(registry.distribution("size"))
        #expect(snapshot.buckets == [1, 1, 2])
        #expect(snapshot.count == 4)
        #expect(registry.lines("r3mes_telemetry_rejected_values_total") == ["r3mes_telemetry_rejected_values_total 1"])
    }

    @Test("quantiles are right to one in a hundred")
    func quantiles() throws {
        let timer = CoreMetrics.Timer(label: "call", factory: registry)
        for value in 1...10_000 { timer.recordNanoseconds(Int64(value) * 1_000) }
        let snapshot = try #require(registry.distribution("call_seconds"))
        for share in [0.5, 0.9, 0.99, 0.999, 1] {
            #expect(abs(snapshot.quantile(share) / (share * 0.01) - 1) < 0.01, "at \(share)")
        }
        #expect(abs(snapshot.mean - 0.0050005) < 1e-9)
    }

    @Test("gauges and meters of one label are one series")
    func gauges() {
        Gauge(label: "level", factory: registry).record(3)
        let meter = Meter(label: "level", factory: registry)
        meter.increment(by: 2)
        meter.decrement(by: 1)
        #expect(registry.lines("level") == ["level 4.0"])
    }

    @Test("series beyond the limit share one that is seen, and the excess is counted")
    func overflow() {
        for user in 1...5 {
            Counter(label: "visits", dimensions: [("user", "\(user)")], factory: registry).increment()
        }
        #expect(
            registry.lines("visits") == [
                #"visits_total{overflow="true"} 3"#, #"visits_total{user="1"} 1"#, #"visits_total{user="2"} 1"#,
            ]
        )
        #expect(
            registry.lines("r3mes_telemetry_overflowed_total") == [
                #"r3mes_telemetry_overflowed_total{metric="visits_total"} 3"#
            ]
        )
    }

    @Test("a metric of another kind, or beyond the limit, is refused and counted")
    func refusals() {
        Counter(label: "one", factory: registry).increment()
        Gauge(label: "one", factory: registry).record(1)
        Gauge(label: "r3mes_telemetry_series", factory: registry).record(1)
        for name in ["two", "three", "four"] { Counter(label: name, factory: registry).increment() }
        #expect(registry.lines("four").isEmpty)
        #expect(
            registry.lines("r3mes_telemetry_refused_total") == [
                #"r3mes_telemetry_refused_total{reason="conflict"} 2"#,
                #"r3mes_telemetry_refused_total{reason="limit"} 1"#,
            ]
        )
    }

    @Test("a series goes when the last of its handles is destroyed")
    func destroy() {
        let first = Counter(label: "calls", factory: registry)
        let second = Counter(label: "calls", factory: registry)
        first.increment()
        first.destroy()
        second.increment()
        #expect(registry.lines("calls") == ["calls_total 2"])
        second.destroy()
        #expect(registry.lines("calls").isEmpty)
        Counter(label: "calls", factory: registry).increment()
        #expect(registry.lines("calls") == ["calls_total 1"])
    }

    @Test("nothing is lost when many record and one looks")
    func concurrent() async throws {
        let timer = CoreMetrics.Timer(label: "busy", factory: registry)
        let counter = Counter(label: "busy_jobs", factory: registry)
        let each = 20_000
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for value in 0..<each {
                        timer.recordNanoseconds(Int64(value))
                        counter.increment()
                    }
                }
            }
            group.addTask { [registry] in
                for _ in 0..<50 { _ = registry.families() }
            }
        }
        #expect(registry.distribution("busy_seconds")?.count == UInt64(8 * each))
        #expect(registry.lines("busy_jobs") == ["busy_jobs_total \(8 * each)"])
        let timed = registry.lines("r3mes_telemetry_observation_seconds_count").first?.split(separator: " ").last
        #expect(try #require(timed.flatMap { Int($0) }) > 0)
    }

    @Test("a configuration that cannot work is refused with all that is wrong")
    func configuration() {
        var configuration = MetricsRegistry.Configuration()
        configuration.timerBuckets = [.zero]
        configuration.maximumMetrics = 0
        let error = #expect(throws: TelemetryError.self) { try MetricsRegistry(configuration) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("timerBuckets") == true)
        #expect(error?.message.contains("maximumMetrics") == true)
    }
}
