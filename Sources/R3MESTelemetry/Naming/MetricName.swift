// SPDX-License-Identifier: Apache-2.0

/// How labels of swift-metrics become names that Prometheus takes, with base units and the suffixes it expects.
enum MetricName {
    /// A name of a metric: letters, digits, `_` and `:`, not beginning with a digit.
    static func sanitized(_ label: String) -> String {
        sanitized(label, allowsColon: true)
    }

    /// A name of a label; those that Prometheus keeps for itself get a prefix.
    static func sanitizedLabel(_ label: String) -> String {
        let name = sanitized(label, allowsColon: false)
        return name.hasPrefix("__") || name == "le" || name == "quantile" ? "label_" + name.drop { $0 == "_" } : name
    }

    /// The published name of a counter ends in `_total`.
    static func counter(_ label: String) -> String {
        let name = sanitized(label)
        return name.hasSuffix("_total") ? name : name + "_total"
    }

    /// The published name of a timer ends in `_seconds`, whatever unit its label speaks of.
    static func timer(_ label: String) -> String {
        var name = withoutReservedSuffix(sanitized(label))
        for unit in ["_seconds", "_milliseconds", "_microseconds", "_nanoseconds", "_ms", "_us", "_ns"]
        where name.hasSuffix(unit) {
            name = String(name.dropLast(unit.count))
            break
        }
        return name + "_seconds"
    }

    /// The published name of a gauge or recorder ends in nothing that Prometheus keeps for other kinds.
    static func other(_ label: String) -> String {
        withoutReservedSuffix(sanitized(label))
    }

    private static func withoutReservedSuffix(_ name: String) -> String {
        for suffix in ["_total", "_count", "_sum", "_bucket", "_created", "_info"]
        where name.hasSuffix(suffix) && name.count > suffix.count {
            return String(name.dropLast(suffix.count))
        }
        return name
    }

    private static func sanitized(_ label: String, allowsColon: Bool) -> String {
        var name = ""
        for scalar in label.unicodeScalars.prefix(200) {
            switch scalar {
            case "a"..."z", "A"..."Z", "_":
                name.unicodeScalars.append(scalar)
            case "0"..."9":
                if name.isEmpty { name = "_" }
                name.unicodeScalars.append(scalar)
            case ":" where allowsColon:
                name.unicodeScalars.append(scalar)
            default:
                name.append("_")
            }
        }
        return name.isEmpty ? "_" : name
    }
}
