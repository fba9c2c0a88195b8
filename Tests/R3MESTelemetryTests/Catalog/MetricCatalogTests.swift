// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTelemetry
import Testing

@Suite("MetricCatalog")
struct MetricCatalogTests {
    private let catalog = MetricCatalog.r3mes

    @Test("the documents are what the catalogue says")
    func documents() throws {
        let head = """
            # Metrics

            Generated from the catalogue in `R3MESTelemetry` (`MetricCatalog.r3mes`). A histogram has the usual samples with the
            suffixes `_bucket`, `_sum` and `_count`. [The dashboard](monitoring/dashboard.json) for Grafana and
            [the alarms](monitoring/alerts.yml) for Prometheus come from the same catalogue.


            """
        try Repository.expect("docs/metrics.md", head + catalog.markdown)
        try Repository.expect("docs/monitoring/dashboard.json", catalog.dashboard(titled: "R3MES"))
        try Repository.expect("docs/monitoring/alerts.yml", catalog.alertRules())
    }

    @Test("the dashboard is JSON, and shows every metric")
    func dashboard() throws {
        let data = Data(catalog.dashboard(titled: "a \"title\"\n\u{1}").utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["title"] as? String == "a \"title\"\n\u{1}")
        let titles = try #require(object["panels"] as? [[String: Any]]).compactMap { $0["title"] as? String }
        #expect(Set(titles).isSuperset(of: catalog.metrics.map(\.name)))
    }

    @Test("names have the suffixes of their kinds and units")
    func names() {
        for metric in catalog.metrics {
            #expect(metric.name.hasSuffix("_total") == (metric.kind == .counter), "\(metric.name)")
            if let unit = metric.unit, metric.kind != .counter {
                #expect(metric.name.hasSuffix(unit), "\(metric.name)")
            }
        }
    }

    @Test("every metric that the libraries make is in the catalogue, and no other")
    func drift() throws {
        let declared = try DeclaredMetrics(sources: Repository.sources())
        let known = catalog.metrics.filter { metric in
            // Those that aren't made through swift-metrics are compared with what is published, by PromtoolTests.
            !(MetricCatalog.Group.telemetry.metrics + MetricCatalog.Group.process.metrics).contains(metric)
        }
        #expect(declared.kinds == Dictionary(uniqueKeysWithValues: known.map { ($0.name, $0.kind) }))
    }

    @Test("a metric that the catalogue lacks is seen in the sources")
    func driftIsSeen() throws {
        let source = #"let a = Counter(label: "new_total"); let b = CoreMetrics.Timer(label: "\(prefix)_x_seconds")"#
        let prefix = #"let m = AdmissionMetrics(prefix: "some", name: "n")"#
        let declared = try DeclaredMetrics(sources: [("Room/A.swift", source), ("Room/B.swift", prefix)])
        #expect(declared.kinds == ["new_total": .counter, "some_x_seconds": .histogram])
    }
}
