// SPDX-License-Identifier: Apache-2.0

import NIOCore

extension JSONWriter {
    /// Writes a moment as a string in RFC 3339 form, in UTC and with six decimals: `"2026-01-02T03:04:05.000006Z"`.
    ///
    /// `null` outside the years 0 to 9999, which the form has no room for.
    ///
    /// - Parameter microsecondsSinceEpoch: Microseconds since 1970-01-01T00:00:00Z, negative before.
    public mutating func dateTime(microsecondsSinceEpoch: Int64) {
        let perSecond: Int64 = 1_000_000
        let perDay = 86_400 * perSecond
        var days = microsecondsSinceEpoch / perDay
        var inDay = microsecondsSinceEpoch % perDay
        if inDay < 0 {
            days -= 1
            inDay += perDay
        }
        // From 0000-01-01 to 9999-12-31.
        guard (-719_528...2_932_896).contains(days) else { return null() }
        separate()
        let date = CalendarDate(daysSinceEpoch: days)
        let second = UInt64(inDay / perSecond)
        write(atMost: 29) { output in
            var end = output
            func append(_ number: UInt64, digits: Int, then separator: Unicode.Scalar) {
                Decimals.write(number, digits: digits, to: end)
                end[digits] = UInt8(ascii: separator)
                end += digits + 1
            }
            end[0] = UInt8(ascii: "\"")
            end += 1
            append(date.year, digits: 4, then: "-")
            append(date.month, digits: 2, then: "-")
            append(date.day, digits: 2, then: "T")
            append(second / 3600, digits: 2, then: ":")
            append(second / 60 % 60, digits: 2, then: ":")
            append(second % 60, digits: 2, then: ".")
            append(UInt64(inDay % perSecond), digits: 6, then: "Z")
            end[0] = UInt8(ascii: "\"")
            return end - output + 1
        }
    }
}

/// A day of the proleptic Gregorian calendar, from the year 0 on.
///
/// Counts in eras of 400 years that begin on 1 March, so that the leap day comes last (Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms", 2013).
private struct CalendarDate {
    let year: UInt64
    let month: UInt64
    let day: UInt64

    init(daysSinceEpoch days: Int64) {
        // One era more, so that nothing is negative in January and February of the year 0.
        let shifted = UInt64(days + 719_468 + 146_097)
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0) - 400
    }
}
