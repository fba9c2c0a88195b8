// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import R3MESTestSupport
import Testing

@testable import R3MESNetwork

@Suite("Retry-After")
struct RetryAfterTests {
    private static let now: Int64 = 784_111_777  // Sun, 06 Nov 1994 08:49:37 GMT

    private func wait(_ value: String, date: String? = nil) -> Duration? {
        var fields: HTTPFields = [.retryAfter: value]
        fields[.date] = date
        return RetryAfter.wait(in: fields, maximum: .seconds(30), wallClock: Self.now)
    }

    @Test(
        "both forms are read, absurd values are cut, nonsense is no wish",
        arguments: [
            ("0", .zero), ("7", .seconds(7)), ("30", .seconds(30)), ("31", .seconds(30)),
            ("99999999999999999999999999", .seconds(30)), ("9223372036854775807", .seconds(30)),
            ("-1", nil), ("1.5", nil), ("1e3", nil), ("+5", nil), ("", nil), ("soon", nil), ("0x10", nil), ("٣", nil),
            ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)), ("Sunday, 06-Nov-94 08:49:47 GMT", .seconds(10)),
            ("Sun Nov  6 08:49:47 1994", .seconds(10)), ("Sun, 06 Nov 1994 08:49:27 GMT", .zero),
            ("Thu, 01 Jan 1970 00:00:00 GMT", .zero), ("Fri, 31 Dec 9999 23:59:59 GMT", .seconds(30)),
            ("Sun, 06 Nov 1994 08:49:47", nil), ("Sun, 06 Foo 1994 08:49:47 GMT", nil),
            ("Sun, 99 Nov 1994 08:49:47 GMT", nil), ("Sun, 06 Nov 1994 25:49:47 GMT", nil),
            ("Sun, 06 Nov 99999999999999999999 08:49:47 GMT", nil), (String(repeating: "9 ", count: 10_000), nil),
        ] as [(String, Duration?)]
    )
    func forms(value: String, expected: Duration?) {
        #expect(wait(value) == expected)
    }

    @Test("a date is measured from the answer's own Date, so a wrong clock does no harm")
    func skew() {
        let date = "Wed, 01 Jan 2031 00:00:00 GMT"
        #expect(wait("Wed, 01 Jan 2031 00:00:05 GMT", date: date) == .seconds(5))
        #expect(wait("Sun, 06 Nov 1994 08:49:47 GMT", date: "garbage") == .seconds(10))
    }

    @Test("a date means the same second as it does to Foundation")
    func datesAgree() throws {
        var generator = SeededGenerator()
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        for _ in 0..<2_000 {
            let seconds = Int64.random(in: 0..<32_503_680_000, using: &generator)
            let text = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
            #expect(HTTPDate(text, currentYear: 2000)?.secondsSince1970 == seconds, "\(text), seed \(generator.seed)")
        }
    }

    @Test("random bytes never trap")
    func fuzz() {
        var generator = SeededGenerator()
        let alphabet = Array("0123456789 ,:-GMTSunNov\u{0}é")
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...40, using: &generator)
            let text = String((0..<length).compactMap { _ in alphabet.randomElement(using: &generator) })
            let date = HTTPDate(text, currentYear: 2000)
            #expect(date == nil || text.contains(":"), "seed \(generator.seed)")
        }
    }
}
