// SPDX-License-Identifier: Apache-2.0

/// Writes families of metrics as text.
public struct ExpositionWriter {
    private let format: ExpositionFormat
    private var output: [UInt8] = []

    /// The text of the families, in their order.
    public static func text(of families: [MetricFamily], in format: ExpositionFormat) -> [UInt8] {
        var writer = Self(format: format)
        families.forEach { writer.write($0) }
        if format == .openMetrics {
            writer.put("# EOF\n")
        }
        return writer.output
    }

    private init(format: ExpositionFormat) {
        self.format = format
        output.reserveCapacity(16_384)
    }

    private mutating func put(_ text: String) {
        output.append(contentsOf: text.utf8)
    }

    private mutating func write(_ family: MetricFamily) {
        // OpenMetrics names a counter without the suffix that its samples have.
        let isOpen = format == .openMetrics
        let title = isOpen && family.kind == .counter ? String(family.name.dropLast("_total".count)) : family.name
        put("# HELP \(title) \(escaped(family.help, quotes: isOpen))\n# TYPE \(title) \(family.kind.rawValue)\n")
        if isOpen, let unit = family.unit, title.hasSuffix("_" + unit) {
            put("# UNIT \(title) \(unit)\n")
        }
        for sample in family.samples {
            switch sample.value {
            case .whole(let value):
                line(family.name, sample.labels, value.description, family.kind == .counter ? sample.exemplars[0] : nil)
            case .number(let value):
                line(family.name, sample.labels, number(value), family.kind == .counter ? sample.exemplars[0] : nil)
            case .distribution(let snapshot):
                write(snapshot, of: sample, named: family.name)
            }
        }
    }

    private mutating func write(_ snapshot: DistributionSnapshot, of sample: MetricFamily.Sample, named name: String) {
        var count: UInt64 = 0
        for (index, inBucket) in snapshot.buckets.enumerated() {
            count &+= inBucket
            let edge = index < snapshot.edges.count ? number(snapshot.edges[index]) : "+Inf"
            line(name + "_bucket", sample.labels + [("le", edge)], count.description, sample.exemplars[index])
        }
        line(name + "_sum", sample.labels, number(snapshot.sum), nil)
        line(name + "_count", sample.labels, count.description, nil)
    }

    private mutating func line(
        _ name: String,
        _ labels: [(name: String, value: String)],
        _ value: String,
        _ exemplar: Exemplar?
    ) {
        put(name)
        if !labels.isEmpty { put(braced(labels)) }
        put(" " + value)
        if format == .openMetrics, let exemplar {
            let labels = exemplar.labels.published
            if !labels.isEmpty { put(" # \(braced(labels)) \(number(exemplar.value)) \(number(exemplar.timestamp))") }
        }
        put("\n")
    }

    private func braced(_ labels: [(name: String, value: String)]) -> String {
        "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",") + "}"
    }

    private func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value.description
    }

    private func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
