// SPDX-License-Identifier: Apache-2.0

/// The value of `X-Request-Timeout`: how long the client is going to wait.
///
/// A number with the unit `s` or `ms`, or without one for seconds: `2`, `1.5s`, `250ms`.
public struct RequestTimeout: Hashable, Sendable {
    /// The time.
    public let duration: Duration

    /// Reads the value; nil unless it is a time above zero, with at most nine digits before the point and nine behind.
    public init?(_ text: String) {
        var number = Substring(text)
        var unit = Duration.seconds(1)
        if number.hasSuffix("ms") {
            number = number.dropLast(2)
            unit = .milliseconds(1)
        } else if number.hasSuffix("s") {
            number = number.dropLast()
        }
        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let isNumber = parts.allSatisfy { part in
            (1...9).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }
        guard isNumber, let whole = parts.first.flatMap({ Int64($0) }) else { return nil }
        var duration = unit * whole
        if parts.count == 2 {
            // Nanoseconds of a second, or of a millisecond cut to the nanosecond.
            let digits = parts[1] + String(repeating: "0", count: 9 - parts[1].utf8.count)
            guard let fraction = Int64(digits) else { return nil }
            duration += unit * fraction / 1_000_000_000
        }
        guard duration > .zero else { return nil }
        self.duration = duration
    }
}
