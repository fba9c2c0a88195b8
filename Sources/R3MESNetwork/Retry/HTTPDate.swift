// SPDX-License-Identifier: Apache-2.0

/// A date in one of the three forms of HTTP (RFC 9110, section 5.6.7), as seconds since 1970 in UTC.
///
/// Reads the preferred form (`Sun, 06 Nov 1994 08:49:37 GMT`) and the two obsolete ones that a recipient must accept.
/// Nil for everything else; no input traps.
struct HTTPDate: Hashable, Sendable {
    let secondsSince1970: Int64

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    init?(_ text: String, currentYear: Int) {
        guard text.utf8.count <= 40 else {
            return nil
        }
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }
        switch words.count {
        case 6 where words[5] == "GMT":
            // Sun, 06 Nov 1994 08:49:37 GMT, or Sunday, 06-Nov-94 08:49:37 GMT
            guard var year = Self.number(words[3], in: 0...9999) else {
                return nil
            }
            if words[3].count == 2 {
                // A year more than 50 years ahead stands for the past (RFC 9110).
                year += currentYear / 100 * 100
                if year > currentYear + 50 {
                    year -= 100
                }
            }
            self.init(day: words[1], month: words[2], year: year, time: words[4])
        case 5:
            // Sun Nov  6 08:49:37 1994
            guard let year = Self.number(words[4], in: 0...9999) else {
                return nil
            }
            self.init(day: words[2], month: words[1], year: year, time: words[3])
        default:
            return nil
        }
    }

    private init?(day: Substring, month: Substring, year: Int, time: Substring) {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false)
        guard
            let day = Self.number(day, in: 1...31),
            let month = Self.months.firstIndex(of: String(month)),
            clock.count == 3,
            let hour = Self.number(clock[0], in: 0...23),
            let minute = Self.number(clock[1], in: 0...59),
            let second = Self.number(clock[2], in: 0...60)
        else {
            return nil
        }
        let days = Self.daysSince1970(year: year, month: month + 1, day: day)
        secondsSince1970 = Int64(days * 86_400 + hour * 3_600 + minute * 60 + second)
    }

    private static func number(_ text: Substring, in range: ClosedRange<Int>) -> Int? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text), range.contains(number) else {
            return nil
        }
        return number
    }

    /// Days of the proleptic Gregorian calendar; the year is counted from March so that the leap day comes last
    /// (Howard Hinnant, "chrono-compatible low-level date algorithms").
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
