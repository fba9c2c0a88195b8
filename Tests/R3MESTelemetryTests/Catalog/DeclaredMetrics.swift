// SPDX-License-Identifier: Apache-2.0

import R3MESTelemetry

/// The metrics that the sources of the libraries declare, found by reading them.
///
/// It knows the ways in which the libraries spell a label: as it is, as `label("suffix")` or `counters("suffix", …)` after
/// a function that adds the prefix, and as `"\(prefix)_suffix"`, where the prefix is a constant of the file or an argument
/// somewhere in the room.
struct DeclaredMetrics {
    private(set) var kinds: [String: MetricKind] = [:]

    init(sources: [(path: String, text: String)]) throws {
        for (path, text) in sources where !path.hasPrefix("R3MESTestSupport/") {
            let code = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(
                separator: "\n"
            )
            let room = path.prefix { $0 != "/" } + "/"
            var prefixes = code.matches(of: /let prefix = "([a-z0-9_]+)"/).map { String($0.1) }
            if prefixes.isEmpty {
                prefixes = sources.filter { $0.path.hasPrefix(room) }
                    .flatMap { $0.text.matches(of: /prefix: "([a-z0-9_]+)"/).map { String($0.1) } }
            }
            let stem = code.firstMatch(of: /func label\(.*\{ "([a-z0-9_]+)\\\(suffix\)" \}/).map { String($0.1) }
            let made =
                /(FloatingPointCounter|Counter|Gauge|Meter|Timer|Recorder)\(\s*label: (?:label\("([a-z0-9_]+)"\)|"([^"]+)")/
            for match in code.matches(of: made) {
                let kind = Self.kind(String(match.1))
                if let suffix = match.2 {
                    add((stem ?? "?") + suffix, kind)
                } else if let label = match.3, label.hasPrefix("\\(prefix)") {
                    prefixes.forEach { add($0 + label.dropFirst("\\(prefix)".count), kind) }
                } else if let label = match.3 {
                    add(String(label), kind, isTimer: match.1 == "Timer")
                }
            }
            for match in code.matches(of: /counters\("(\\\(prefix\))?([a-z0-9_]+)"/) {
                if match.1 != nil {
                    prefixes.forEach { add($0 + match.2, .counter) }
                } else {
                    add((stem ?? "?") + match.2, .counter)
                }
            }
        }
    }

    private static func kind(_ type: String) -> MetricKind {
        switch type {
        case "Counter", "FloatingPointCounter": .counter
        case "Gauge", "Meter": .gauge
        default: .histogram
        }
    }

    private mutating func add(_ name: String, _ kind: MetricKind, isTimer: Bool = false) {
        kinds[isTimer && !name.hasSuffix("_seconds") ? name + "_seconds" : name] = kind
    }
}
