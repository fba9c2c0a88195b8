// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Timestamps")
struct TimestampTests {
    // The seconds are those of `date -u -d … +%s`.
    @Test(
        "are written as RFC 3339 in UTC with six decimals",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (1_767_323_045_000_006, "2026-01-02T03:04:05.000006Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (-2_203_891_200_000_000, "1900-03-01T00:00:00.000000Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
            (2_147_483_648_000_000, "2038-01-19T03:14:08.000000Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ] as [(Int64, String)]
    )
    func known(microseconds: Int64, text: String) throws {
        #expect(Timestamp(microseconds: microseconds).description == text)
        #expect(try Timestamp(text).microseconds == microseconds)
    }

    @Test(
        "are read with any fraction and offset",
        arguments: [
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z"),
            ("2026-01-02t03:04:05.5z", "2026-01-02T03:04:05.500000Z"),
            ("2026-01-02T03:04:05.1234569999999Z", "2026-01-02T03:04:05.123456Z"),
            ("2026-01-02T03:04:05+01:30", "2026-01-02T01:34:05.000000Z"),
            ("2026-01-01T00:00:00-00:01", "2026-01-01T00:01:00.000000Z"),
            ("2025-12-31T23:59:59.000001-00:00", "2025-12-31T23:59:59.000001Z"),
            ("1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870000Z"),
            // Leap seconds, after RFC 3339, section 5.8.
            ("1990-12-31T23:59:60Z", "1991-01-01T00:00:00.000000Z"),
            ("1990-12-31T15:59:60-08:00", "1991-01-01T00:00:00.000000Z"),
        ]
    )
    func read(text: String, utc: String) throws {
        #expect(try Timestamp(text).description == utc)
    }

    @Test(
        "are not read from other forms, nor where day or time does not exist",
        arguments: [
            "", "2026", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02 03:04:05Z", "2026-01-02T03:04Z",
            "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05,5Z", "2026-01-02T03:04:05+0100", "2026-01-02T03:04:05+24:00",
            "2026-01-02T03:04:05+01:60", "2026-01-02T03:04:05Z ", "26-01-02T03:04:05Z", "+2026-01-02T03:04:05Z",
            "2026-00-02T03:04:05Z", "2026-13-02T03:04:05Z", "2026-01-00T03:04:05Z", "2026-01-32T03:04:05Z",
            "2026-04-31T03:04:05Z", "2026-02-29T03:04:05Z", "1900-02-29T03:04:05Z", "2026-01-02T24:00:00Z",
            "2026-01-02T03:60:05Z", "2026-01-02T03:04:61Z", "2026-01-02T03:04:60Z", "2026-01-02T23:59:60Z",
            "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z",
            "2026-01-02T03:04:05.\(String(repeating: "1", count: 64))Z",
        ]
    )
    func wrong(text: String) {
        expect(.timestampMalformed) { try Timestamp(text) }
    }

    @Test("walk through every day of the years 1 to 9999 without a gap")
    func everyDay() {
        var date = CivilDate(year: 1, month: 1, day: 1)
        var days = date.daysSinceEpoch
        #expect(days == -719_162)
        while date.year < 10_000 {
            let isRight = CivilDate(daysSinceEpoch: days) == date && date.daysSinceEpoch == days && date.isValid
            guard isRight else {
                Issue.record("day \(days), \(date)")
                return
            }
            days += 1
            let next = CivilDate(year: date.year, month: date.month, day: date.day + 1)
            let firstOfMonth = CivilDate(year: date.year, month: date.month + 1, day: 1)
            date =
                next.isValid
                ? next : firstOfMonth.isValid ? firstOfMonth : CivilDate(year: date.year + 1, month: 1, day: 1)
        }
        #expect(days == 2_932_897)
    }

    @Test("come back from their text, and texts are in the order of the moments")
    func roundTrip() {
        forAll(cases: 5000) { generator in
            let first = Timestamp(microseconds: Int64.random(in: Timestamp.range, using: &generator))
            let second = Timestamp(microseconds: Int64.random(in: Timestamp.range, using: &generator))
            try hold(try Timestamp(first.description) == first, "\(first.microseconds)")
            try hold((first < second) == (first.description < second.description), "\(first) \(second)")
        }
    }

    @Test("agree with Foundation")
    func foundation() {
        let style = Date.ISO8601FormatStyle()
        forAll(cases: 1000) { generator in
            // Foundation changes to the Julian calendar before 1582.
            let seconds = Int64.random(in: -12_000_000_000...253_402_300_799, using: &generator)
            let reference = style.format(Date(timeIntervalSince1970: Double(seconds)))
            let timestamp = Timestamp(microseconds: seconds * 1_000_000)
            try hold(try Timestamp(reference) == timestamp, "\(reference) \(timestamp)")
        }
    }

    @Test("beyond the years that have a text are brought to the nearest that has one")
    func clamped() {
        #expect(Timestamp(microseconds: .min) == .min)
        #expect(Timestamp(microseconds: .max) == .max)
    }

    @Test("move by durations and stop at the ends")
    func durations() {
        let start = Timestamp(microseconds: 1_000_000)
        #expect(start.advanced(by: .milliseconds(1500)).microseconds == 2_500_000)
        #expect(start.advanced(by: .milliseconds(-1500)).microseconds == -500_000)
        #expect(start.advanced(by: .nanoseconds(1999)).microseconds == 1_000_001)
        #expect(start.duration(to: .epoch) == .seconds(-1))
        #expect(Timestamp.min.duration(to: .max).components.seconds == 315_537_897_599)
        for huge in [Duration.seconds(Int64.max), .seconds(400_000_000_000), .seconds(10_000_000_000_000)] {
            #expect(start.advanced(by: huge) == .max)
            #expect(start.advanced(by: .zero - huge) == .min)
        }
    }

    @Test("of now lie between two looks at the system's clock")
    func now() {
        let before = Date().timeIntervalSince1970 - 0.001
        let now = Double(Timestamp.now().microseconds) / 1_000_000
        let after = Date().timeIntervalSince1970 + 0.001
        #expect(before <= now && now <= after)
    }

    @Test("travel as JSON strings")
    func codable() throws {
        let json = try JSONEncoder().encode([Timestamp.epoch])
        #expect(String(decoding: json, as: UTF8.self) == #"["1970-01-01T00:00:00.000000Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: json) == [.epoch])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Timestamp].self, from: Data(#"["yesterday"]"#.utf8))
        }
    }
}
