// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Foundation
import R3MESTelemetry
import Testing

@Suite(
    "promtool",
    .enabled(if: Promtool.path != nil || Promtool.isRequired, "there is no promtool (scripts/setup test)")
)
struct PromtoolTests {
    @Test("check metrics is content with every metric of the catalogue")
    func metrics() throws {
        let registry = try MetricsRegistry()
        for metric in MetricCatalog.r3mes.metrics {
            let dimensions = metric.labels.map { ($0, "a \"quoted\\ value\n") }
            switch metric.kind {
            case .counter: Counter(label: metric.name, dimensions: dimensions, factory: registry).increment()
            case .gauge: Gauge(label: metric.name, dimensions: dimensions, factory: registry).record(1.5)
            case .histogram where metric.unit == "seconds":
                CoreMetrics.Timer(label: metric.name, dimensions: dimensions, factory: registry).recordNanoseconds(7)
            case .histogram: Recorder(label: metric.name, dimensions: dimensions, factory: registry).record(7)
            }
        }
        let text = registry.exposition(in: .prometheusText)
        let result = try Promtool.run(["check", "metrics"], input: text)
        #expect(result.code == 0 && result.output.isEmpty, "\(result.output)")
        let names = Set(registry.families().map(\.name))
        #expect(names == Set(MetricCatalog.r3mes.metrics.map(\.name)), "what is published is what the catalogue says")
    }

    @Test("check metrics finds a fault where there is one")
    func fault() throws {
        let family = MetricFamily(
            name: "wait_milliseconds",
            kind: .counter,
            help: "",
            samples: [.init(value: .whole(1))]
        )
        let result = try Promtool.run(
            ["check", "metrics"],
            input: ExpositionWriter.text(of: [family], in: .prometheusText)
        )
        #expect(result.code != 0)
    }

    @Test("check rules is content with the alarms of the catalogue and of a budget")
    func rules() throws {
        let budget = try Budget("GET /v1/users", within: .milliseconds(50), target: 0.999)
        let rules = MetricCatalog.r3mes.alertRules(
            and: budget.alerts(on: "r3mes_network_try_seconds", where: #"client="chain""#)
        )
        let file = FileManager.default.temporaryDirectory.appending(path: "rules-\(UUID().uuidString).yml")
        defer { try? FileManager.default.removeItem(at: file) }
        try rules.write(to: file, atomically: true, encoding: .utf8)
        let result = try Promtool.run(["check", "rules", file.path])
        #expect(result.code == 0, "\(result.output)")
        #expect(result.output.contains("\(MetricCatalog.r3mes.metrics.flatMap(\.alerts).count + 2) rules found"))
    }
}
