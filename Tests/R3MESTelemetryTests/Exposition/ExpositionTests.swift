// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import R3MESTelemetry
import Testing

@Suite("Exposition")
struct ExpositionTests {
    @Test(
        "the format follows the Accept header",
        arguments: [
            (nil, .prometheusText), ("", .prometheusText), ("*/*", .prometheusText), ("image/png", .prometheusText),
            ("application/openmetrics-text", .openMetrics), ("application/openmetrics-text;q=0", .prometheusText),
            ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4", .openMetrics),
            ("text/plain;q=0.5, application/openmetrics-text; version=\"1.0.0\"; q=0.4", .prometheusText),
            ("Application/OpenMetrics-Text ; Version=1.0.0", .openMetrics),
            ("application/openmetrics-text;version=0.0.1,text/plain;version=0.0.4;q=0.5", .prometheusText),
            // Prometheus 2.42's own.
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics
            ),
            (";;q=,=,;q=2,,", .prometheusText), ("application/openmetrics-text;q=nan", .prometheusText),
        ] as [(String?, ExpositionFormat)]
    )
    func negotiation(accept: String?, format: ExpositionFormat) {
        #expect(ExpositionFormat.negotiated(accept: accept) == format)
    }

    @Test("names become what Prometheus takes")
    func names() throws {
        let registry = try MetricsRegistry(.quiet)
        Counter(
            label: "9 lives.of-größe",
            dimensions: [("le", "a"), ("__name__", "b"), ("x-y", "1"), ("x.y", "2")],
            factory: registry
        )
        .increment()
        CoreMetrics.Timer(label: "db.query.duration", factory: registry).recordNanoseconds(1)
        Gauge(label: "open_count", factory: registry).record(1)
        let text = registry.text()
        #expect(text.contains(#"_9_lives_of_gr__e_total{label_le="a",label_name__="b",x_y="1"} 1"#))
        #expect(text.contains("# TYPE db_query_duration_seconds histogram\n"))
        #expect(text.contains("\nopen 1.0\n"))
    }

    @Test("values of labels and help texts are escaped as each format wants it")
    func escaping() {
        let family = MetricFamily(
            name: "odd",
            kind: .gauge,
            help: "a \"b\" \\ c\nd",
            samples: [.init(labels: [("path", "\"\\\n")], value: .number(.infinity))]
        )
        let sample = #"odd{path="\"\\\n"} +Inf"#
        let plain = String(decoding: ExpositionWriter.text(of: [family], in: .prometheusText), as: UTF8.self)
        #expect(plain == "# HELP odd a \"b\" \\\\ c\\nd\n# TYPE odd gauge\n\(sample)\n")
        let open = String(decoding: ExpositionWriter.text(of: [family], in: .openMetrics), as: UTF8.self)
        #expect(open == "# HELP odd a \\\"b\\\" \\\\ c\\nd\n# TYPE odd gauge\n\(sample)\n# EOF\n")
    }

    @Test("OpenMetrics names a counter without its suffix and says the unit")
    func openMetrics() throws {
        let registry = try MetricsRegistry(.quiet)
        Counter(label: "jobs_total", factory: registry).increment()
        let text = registry.text(.openMetrics)
        #expect(text.contains("# TYPE jobs counter\njobs_total 1\n"))
        #expect(text.contains("# UNIT r3mes_telemetry_observation_seconds seconds\n"))
        #expect(text.hasSuffix("# EOF\n"))
    }

    @Test("a slow value and a counter that keeps exemplars remember the request, in OpenMetrics alone")
    func exemplars() throws {
        var configuration = MetricsRegistry.Configuration.quiet
        configuration.timerBuckets = [.milliseconds(10), .seconds(1)]
        configuration.exemplarThreshold = .milliseconds(100)
        configuration.catalog.groups.append(
            .init("Shed", [MetricDefinition(.counter, "shed_total", help: "Shed.", keepsExemplars: true)])
        )
        let registry = try MetricsRegistry(configuration)
        let timer = CoreMetrics.Timer(label: "request", factory: registry)
        let shed = Counter(label: "shed", factory: registry)
        timer.recordNanoseconds(500_000_000)
        ExemplarLabels.$current.withValue(ExemplarLabels(traceID: "4bf9", requestID: "a\"b")) {
            timer.recordNanoseconds(1_000)
            timer.recordNanoseconds(200_000_000)
            shed.increment()
        }
        ExemplarLabels.$current.withValue(ExemplarLabels(traceID: String(repeating: "x", count: 200))) {
            timer.recordNanoseconds(3_000_000_000)
        }
        let labels = ##" # {trace_id="4bf9",request_id="a\"b"} "##
        let lines = registry.lines("request_seconds_bucket", .openMetrics)
        #expect(lines.count == 3)
        #expect(lines.first?.contains(" # ") == false)
        #expect(lines.dropFirst().first?.contains(#"{le="1.0"} 3\#(labels)0.2 "#) == true)
        #expect(lines.last?.contains(" # ") == false, "longer than OpenMetrics allows")
        #expect(registry.lines("shed_total", .openMetrics).first?.hasPrefix("shed_total 1\(labels)1.0 ") == true)
        #expect(!registry.text().contains(" # {"))
    }
}
