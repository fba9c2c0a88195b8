// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Credits")
struct CreditsTests {
    @Test(
        "are read exactly and written in the shortest form",
        arguments: [
            ("0", 0, "0"),
            ("-0", 0, "0"),
            ("0.000000", 0, "0"),
            ("12.5", 12_500_000, "12.5"),
            ("-0.000001", -1, "-0.000001"),
            ("007.50", 7_500_000, "7.5"),
            ("1000000", 1_000_000_000_000, "1000000"),
            ("0.1", 100_000, "0.1"),
            ("0.100001", 100_001, "0.100001"),
            ("9223372036854.775807", Int64.max, "9223372036854.775807"),
            ("-9223372036854.775808", Int64.min, "-9223372036854.775808"),
        ]
    )
    func known(text: String, millionths: Int64, canonical: String) throws {
        let credits = try Credits(text)
        #expect(credits.millionths == millionths)
        #expect(credits.description == canonical)
    }

    @Test(
        "are not read from any other form",
        arguments: [
            "", "-", ".", "-.", ".5", "5.", "-.5", "1.0000000", "1e3", "1E3", "+1", " 1", "1 ", "1,5", "1_000", "--1",
            "1-", "1.2.3", "0x10", "NaN", "inf", "１", "٣", "−1", "1\u{0}",
            "0000000000000000000000000000000000000000000000001",
        ]
    )
    func malformed(text: String) {
        expect(.creditsMalformed) { try Credits(text) }
    }

    @Test(
        "out of range are told apart from malformed ones",
        arguments: [
            "9223372036854.775808", "-9223372036854.775809", "9223372036855", "-9223372036855",
            "18446744073709.551616", "99999999999999999999999999",
        ]
    )
    func overflow(text: String) {
        expect(.creditsOverflow) { try Credits(text) }
    }

    @Test("agree with Foundation's decimal numbers in both directions")
    func reference() {
        forAll(cases: 5000) { generator in
            let millionths = generator.int64()
            let reference = Decimal(millionths) / 1_000_000
            let credits = Credits(millionths: millionths)
            try hold(credits.description == "\(reference)", "\(millionths): \(credits) \(reference)")
            try hold(try Credits("\(reference)") == credits, "\(millionths)")
        }
    }

    @Test("add and subtract as exact numbers do, or throw")
    func arithmetic() {
        forAll(cases: 5000) { generator in
            let (left, right) = (generator.int64(), generator.int64())
            let (first, second) = (Credits(millionths: left), Credits(millionths: right))
            let sum = try? first.adding(second)
            try hold(sum?.millionths == Int64(exactly: Int128(left) + Int128(right)), "\(left) + \(right)")
            let difference = try? first.subtracting(second)
            try hold(difference?.millionths == Int64(exactly: Int128(left) - Int128(right)), "\(left) - \(right)")
        }
    }

    @Test("add up to the same in any grouping, where no grouping leaves the range")
    func associativity() {
        forAll(cases: 5000) { generator in
            let (a, b, c) = (
                Credits(millionths: generator.int64()), Credits(millionths: generator.int64()),
                Credits(millionths: generator.int64())
            )
            guard let left = try? a.adding(b).adding(c), let right = try? a.adding(b.adding(c)) else { return }
            try hold(left == right, "\(a) \(b) \(c)")
        }
    }

    @Test("throw where the range ends")
    func limits() throws {
        let one = Credits(millionths: 1)
        expect(.creditsOverflow) { try Credits.max.adding(one) }
        expect(.creditsOverflow) { try Credits.min.subtracting(one) }
        expect(.creditsOverflow) { try Credits.min.negated() }
        #expect(try Credits.max.negated().adding(.max) == .zero)
        #expect(Credits.min < .zero && .zero < Credits.max)
    }

    @Test("travel as JSON strings")
    func codable() throws {
        let amounts = [Credits(millionths: 12_500_000), .min]
        let json = try JSONEncoder().encode(amounts)
        #expect(String(decoding: json, as: UTF8.self) == #"["12.5","-9223372036854.775808"]"#)
        #expect(try JSONDecoder().decode([Credits].self, from: json) == amounts)
    }

    @Test("are not taken from JSON numbers, and the reason says so", arguments: ["12.5", "12", "0"])
    func number(json: String) {
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Credits].self, from: Data("[\(json)]".utf8))
        }
        guard case .typeMismatch(_, let context) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(context.debugDescription.contains("never a JSON number"))
    }

    @Test("in a JSON string that is no amount keep the reason")
    func corrupted() {
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Credits].self, from: Data(#"["1e3"]"#.utf8))
        }
        guard case .dataCorrupted(let context) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect((context.underlyingError as? ServiceError)?.code == .creditsMalformed)
    }
}
