// SPDX-License-Identifier: Apache-2.0

/// A promise: this share of requests is answered well within this time.
public struct Budget: Hashable, Sendable {
    /// What it is the budget of, such as a route template.
    public let name: String
    /// A request that takes no longer, and succeeds, is within budget.
    public let threshold: Duration
    /// The share of requests that should be within, such as 0.999.
    public let target: Double

    /// - Throws: ``TelemetryError`` if the threshold is not above zero, or the target not above 0 and below 1.
    public init(_ name: String, within threshold: Duration, target: Double) throws(TelemetryError) {
        guard threshold > .zero, target > 0, target < 1 else {
            throw TelemetryError(
                .invalidConfiguration,
                "a budget needs a threshold above zero, and a target above 0 and below 1"
            )
        }
        self.name = name
        self.threshold = threshold
        self.target = target
    }

    /// Whether a request kept it.
    public func holds(_ duration: Duration, failed: Bool = false) -> Bool {
        !failed && duration <= threshold
    }

    /// The alarms of this budget on a timer of the same buckets, by two pairs of windows (The Site Reliability Workbook,
    /// chapter 5): one that pages when a fiftieth of a month's allowance goes in an hour, and one that writes a ticket when a
    /// twentieth goes in six.
    ///
    /// - Parameters:
    ///   - metric: The published name of the timer. The threshold must be one of its edges.
    ///   - selector: Labels that choose the series, in PromQL, such as `route="/v1/users"`.
    public func alerts(on metric: String, where selector: String = "") -> [AlertRule] {
        let label = name.split { !$0.isLetter && !$0.isNumber }.map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined()
        func burning(_ window: String, _ rate: Double) -> String {
            let within = selector.isEmpty ? "" : selector + ","
            let good = "sum(rate(\(metric)_bucket{\(within)le=\"\(threshold.inSeconds)\"}[\(window)]))"
            let all = "sum(rate(\(metric)_count{\(selector)}[\(window)]))"
            return "1 - \(good) / \(all) > \(rate) * (1 - \(target))"
        }
        func rule(_ suffix: String, _ short: String, _ long: String, _ rate: Double, _ severity: String) -> AlertRule {
            AlertRule(
                "R3MESBudget\(label)\(suffix)",
                when: "(\(burning(long, rate))) and (\(burning(short, rate)))",
                for: "2m",
                severity: severity,
                summary: "\(name): too few requests are answered within \(threshold.inSeconds) s."
            )
        }
        return [rule("Fast", "5m", "1h", 14.4, "page"), rule("Slow", "30m", "6h", 6, "ticket")]
    }
}
