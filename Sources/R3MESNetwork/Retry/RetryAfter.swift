// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

/// How long a server asks to be left alone: the `Retry-After` field in both of its forms (RFC 9110, section 10.2.3).
enum RetryAfter {
    /// The wait from now on, or nil if the answer has no `Retry-After` that makes sense.
    ///
    /// A date is measured from the answer's own `Date`, so that a server's wrong clock does no harm; `wallClock`,
    /// seconds since 1970, stands in where `Date` is missing. Absurd values are cut to `maximum`, and what has passed
    /// is zero.
    static func wait(
        in fields: HTTPFields,
        maximum: Duration,
        wallClock: @autoclosure () -> Int64
    ) -> Duration? {
        guard let text = fields[.retryAfter], !text.isEmpty else {
            return nil
        }
        if text.utf8.allSatisfy({ (48...57).contains($0) }) {
            // Digits that overflow are a very long wait, not a missing one.
            return cut(Int64(text) ?? .max, to: maximum)
        }
        let clock = wallClock()
        let year = 1970 + Int(clock / 31_556_952)
        guard let date = HTTPDate(text, currentYear: year) else {
            return nil
        }
        let now = fields[.date].flatMap { HTTPDate($0, currentYear: year) }?.secondsSince1970 ?? clock
        let (seconds, overflow) = date.secondsSince1970.subtractingReportingOverflow(now)
        return overflow ? nil : cut(seconds, to: maximum)
    }

    private static func cut(_ seconds: Int64, to maximum: Duration) -> Duration {
        seconds > maximum.components.seconds ? maximum : .seconds(max(seconds, 0))
    }
}
