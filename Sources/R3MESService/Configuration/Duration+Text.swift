// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// The units of a duration's text, the largest first.
    private static let units: [(suffix: String, nanoseconds: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000), ("us", 1000), ("ns", 1),
    ]

    /// Reads a whole number with a unit, such as `500ms`, `5s`, `2m` or `24h`.
    ///
    /// - Returns: `nil` for any other text, also one without a unit, and for more than 292 years.
    init?(configurationText text: String) {
        let suffix = text.drop { $0.isNumber }
        guard
            let unit = Self.units.first(where: { $0.suffix == suffix }),
            let count = Int(digits: text.dropLast(suffix.count))
        else { return nil }
        let (nanoseconds, overflow) = Int64(count).multipliedReportingOverflow(by: unit.nanoseconds)
        guard !overflow else { return nil }
        self = .nanoseconds(nanoseconds)
    }

    /// The duration in the largest unit that keeps it whole, to the nanosecond, with days written as hours.
    ///
    /// Reading it back gives the same duration; what 64 bits of nanoseconds do not hold is written in seconds.
    var configurationText: String {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (nanoseconds, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard !overflow, !carry, nanoseconds != 0 else { return "\(seconds)s" }
        let unit = Self.units.dropFirst().first { nanoseconds.isMultiple(of: $0.nanoseconds) } ?? ("ns", 1)
        return "\(nanoseconds / unit.nanoseconds)\(unit.suffix)"
    }
}
