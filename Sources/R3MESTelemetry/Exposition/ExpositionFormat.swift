// SPDX-License-Identifier: Apache-2.0

/// A text format in which Prometheus reads metrics.
public enum ExpositionFormat: Sendable, CaseIterable {
    /// Prometheus' own, version 0.0.4.
    case prometheusText
    /// OpenMetrics 1.0, which has exemplars as well.
    case openMetrics

    /// What the `Content-Type` header says of an answer in this format.
    public var contentType: String {
        switch self {
        case .prometheusText: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format that a client prefers (RFC 9110, section 12.5.1); at equal weights the first that it names.
    ///
    /// A header that is missing, can't be read or names neither gets Prometheus' own format, which every scraper reads.
    public static func negotiated(accept header: String?) -> Self {
        var best: (format: Self, weight: Double)?
        for range in (header ?? "").split(separator: ",").prefix(32) {
            guard let (format, weight) = preference(range), weight > best?.weight ?? 0 else { continue }
            best = (format, weight)
        }
        return best?.format ?? .prometheusText
    }

    private static func preference(_ range: Substring) -> (Self, Double)? {
        let parts = range.split(separator: ";", omittingEmptySubsequences: false).map(trimmed)
        var version: String?
        var weight = 1.0
        for parameter in parts.dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1).map { trimmed($0[...]) }
            guard pair.count == 2 else { continue }
            let value = pair[1].filter { $0 != "\"" }
            if pair[0].lowercased() == "version" {
                version = value
            } else if pair[0].lowercased() == "q" {
                guard let number = Double(value), (0...1).contains(number) else { return nil }
                weight = number
            }
        }
        switch parts.first?.lowercased() {
        case "application/openmetrics-text":
            return version == nil || version == "1.0.0" ? (.openMetrics, weight) : nil
        case "text/plain":
            return version == nil || version == "0.0.4" ? (.prometheusText, weight) : nil
        case "text/*", "*/*":
            return (.prometheusText, weight)
        default:
            return nil
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
