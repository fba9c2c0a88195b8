// SPDX-License-Identifier: Apache-2.0

extension MetricCatalog {
    /// The catalogue as tables in Markdown, for people.
    public var markdown: String {
        var lines: [String] = []
        for group in groups {
            lines += [
                "## \(group.title)", "", "| metric | kind | unit | labels | meaning |",
                "| --- | --- | --- | --- | --- |",
            ]
            for metric in group.metrics {
                let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
                let help = metric.help.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
                lines.append(
                    "| `\(metric.name)` | \(metric.kind.rawValue) | \(metric.unit ?? "") | \(labels) | \(help) |"
                )
            }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    /// The alarms of the catalogue, and others, as a file of rules for Prometheus.
    public func alertRules(and others: [AlertRule] = []) -> String {
        func group(_ name: String, _ rules: [AlertRule]) -> JSONValue? {
            guard !rules.isEmpty else { return nil }
            return ["name": .string(name), "rules": .array(rules.map(\.json))]
        }
        let known = groups.map { group($0.title, $0.metrics.flatMap(\.alerts)) }
        let all = (known + [group("Budgets", others)]).compactMap { $0 }
        // JSON is YAML as well, and has no rules of indentation and quoting to get wrong.
        let document: JSONValue = ["groups": .array(all)]
        return document.text + "\n"
    }

    /// A dashboard for Grafana: a row for each group, a graph for each metric.
    ///
    /// It asks for its data source when imported.
    public func dashboard(titled title: String) -> String {
        var panels: [JSONValue] = []
        var id = 0
        var y = 0
        func place(_ x: Int, _ width: Int, _ height: Int) -> JSONValue {
            ["x": .number(x), "y": .number(y), "w": .number(width), "h": .number(height)]
        }
        for group in groups {
            id += 1
            let position = place(0, 24, 1)
            panels.append(["id": .number(id), "type": "row", "title": .string(group.title), "gridPos": position])
            y += 1
            for (index, metric) in group.metrics.enumerated() {
                id += 1
                panels.append(metric.panel(id: id, position: place(index % 3 * 8, 8, 7)))
                if index % 3 == 2 || index == group.metrics.count - 1 { y += 7 }
            }
        }
        let document: JSONValue = [
            "title": .string(title), "uid": "r3mes", "schemaVersion": .number(38), "refresh": "10s",
            "time": ["from": "now-1h", "to": "now"],
            "templating": [
                "list": [["name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source"]]
            ],
            "panels": .array(panels),
        ]
        return document.text + "\n"
    }
}

extension AlertRule {
    fileprivate var json: JSONValue {
        [
            "alert": .string(name), "expr": .string(expression), "for": .string(duration),
            "labels": ["severity": .string(severity)], "annotations": ["summary": .string(summary)],
        ]
    }
}

extension MetricDefinition {
    /// Queries and what they are called in the legend.
    private var queries: [(query: String, legend: String)] {
        let legend = labels.map { "{{\($0)}}" }.joined(separator: " ")
        let by = labels.joined(separator: ", ")
        switch kind {
        case .counter: return [("sum by (\(by)) (rate(\(name)[$__rate_interval]))", legend)]
        case .gauge:
            // A moment says little; how long ago it was is what one looks for.
            return [(name.hasSuffix("_start_time_seconds") ? "time() - \(name)" : name, legend)]
        case .histogram:
            let le = (["le"] + labels).joined(separator: ", ")
            return [("0.5", "p50"), ("0.99", "p99"), ("0.999", "p99.9")].map { share, title in
                (
                    "histogram_quantile(\(share), sum by (\(le)) (rate(\(name)_bucket[$__rate_interval])))",
                    legend.isEmpty ? title : "\(title) \(legend)"
                )
            }
        }
    }

    private var displayUnit: String {
        switch (kind, unit) {
        case (.counter, "seconds"): "percentunit"
        case (.counter, "bytes"): "Bps"
        case (.counter, _): "ops"
        case (_, "seconds"): "s"
        case (_, "bytes"): "bytes"
        default: name.hasSuffix("_ratio") ? "percentunit" : "short"
        }
    }

    fileprivate func panel(id: Int, position: JSONValue) -> JSONValue {
        let source: JSONValue = ["type": "prometheus", "uid": "${datasource}"]
        let targets = queries.enumerated().map { index, query -> JSONValue in
            [
                "refId": .string(String(UnicodeScalar(UInt8(65 + index)))), "expr": .string(query.query),
                "legendFormat": .string(query.legend.isEmpty ? name : query.legend), "datasource": source,
            ]
        }
        return [
            "id": .number(id), "type": "timeseries", "title": .string(name), "description": .string(help),
            "datasource": source, "gridPos": position, "targets": .array(targets),
            "fieldConfig": ["defaults": ["unit": .string(displayUnit)], "overrides": []],
        ]
    }
}
