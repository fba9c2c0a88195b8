// SPDX-License-Identifier: Apache-2.0

/// A moment as databases keep it: to the microsecond, UTC, leap seconds not counted.
public struct SQLTimestamp: Hashable, Sendable {
    /// Microseconds since 1 January 1970, 00:00 UTC.
    public let microseconds: Int64

    /// Makes a moment from microseconds since 1 January 1970 UTC.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// After every moment.
    public static let infinity = SQLTimestamp(microseconds: .max)
    /// Before every moment.
    public static let negativeInfinity = SQLTimestamp(microseconds: .min)
}

extension SQLTimestamp: Comparable {
    /// True if the first is the earlier one.
    public static func < (first: SQLTimestamp, second: SQLTimestamp) -> Bool {
        first.microseconds < second.microseconds
    }
}

extension SQLTimestamp: CustomStringConvertible {
    /// The moment in ISO 8601 as PostgreSQL writes and reads it, such as `2026-01-31 12:00:00.000000+00`.
    public var description: String {
        switch self {
        case .infinity: return "infinity"
        case .negativeInfinity: return "-infinity"
        default: break
        }
        let microsecondsPerDay: Int64 = 86_400_000_000
        var (days, rest) = microseconds.quotientAndRemainder(dividingBy: microsecondsPerDay)
        if rest < 0 {
            days -= 1
            rest += microsecondsPerDay
        }
        let date = CivilDate(daysSince1970: days)
        // There is no year 0: before the year 1 comes 1 BC.
        let year = date.year > 0 ? date.year : 1 - date.year
        let seconds = rest / 1_000_000
        return Self.padded(year, to: 4) + "-" + Self.padded(date.month, to: 2) + "-" + Self.padded(date.day, to: 2)
            + " " + Self.padded(seconds / 3600, to: 2) + ":" + Self.padded(seconds / 60 % 60, to: 2)
            + ":" + Self.padded(seconds % 60, to: 2) + "." + Self.padded(rest % 1_000_000, to: 6) + "+00"
            + (date.year > 0 ? "" : " BC")
    }

    private static func padded(_ number: Int64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

/// A day of the proleptic Gregorian calendar.
private struct CivilDate {
    let year: Int64
    let month: Int64
    let day: Int64

    /// Howard Hinnant: chrono-Compatible Low-Level Date Algorithms, `civil_from_days`.
    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}
