// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Rows of a CSV file")
struct DelimitedRowsTests {
    struct Row: Equatable {
        var line: Int
        var fields: [String]
        var isFaulty = false
    }

    static func rows(_ text: String, separator: UInt8? = UInt8(ascii: ","), maximumLength: Int = 1000) -> [Row] {
        rows(Array(text.utf8), separator: separator, maximumLength: maximumLength)
    }

    static func rows(_ bytes: [UInt8], separator: UInt8?, maximumLength: Int) -> [Row] {
        var cutter = DelimitedRows(separator: separator, maximumLength: maximumLength)
        let rows = bytes.compactMap { cutter.append($0) } + [cutter.finish()].compactMap { $0 }
        return rows.map { row in
            Row(
                line: row.line,
                fields: row.fields.map { String(decoding: $0, as: UTF8.self) },
                isFaulty: row.fault != nil
            )
        }
    }

    @Test(
        "are cut as RFC 4180 says",
        arguments: [
            ("", []), ("\n", [[""]]), ("a", [["a"]]), ("a\n", [["a"]]), ("a\r\n", [["a"]]), ("a\nb", [["a"], ["b"]]),
            ("a,b,c\r\nd,e,f", [["a", "b", "c"], ["d", "e", "f"]]), (",", [["", ""]]),
            (",,\n,", [["", "", ""], ["", ""]]),
            (" a , b ", [[" a ", " b "]]), ("\"a\"", [["a"]]), ("\"\"", [[""]]), ("\"\",\"\"\n", [["", ""]]),
            ("\"a,b\",c", [["a,b", "c"]]), ("\"a\nb\",c\nd,e", [["a\nb", "c"], ["d", "e"]]),
            ("\"a\r\nb\"\r\nc", [["a\r\nb"], ["c"]]), ("\"a\"\"b\",\"\"\"\"", [["a\"b", "\""]]),
            ("\"a\"\r\n\"b\"\r\n", [["a"], ["b"]]), ("a\rb,c\r\n", [["a\rb", "c"]]), ("\"a\r\"\n", [["a\r"]]),
            ("\"a\r\"\r\n", [["a\r"]]), ("é,😀\n", [["é", "😀"]]), ("\u{FEFF}a,b\n", [["a", "b"]]),
            ("\u{FEFF}\"a\",b\n\u{FEFF}c", [["a", "b"], ["\u{FEFF}c"]]), ("a,\u{FEFF}b", [["a", "\u{FEFF}b"]]),
        ] as [(String, [[String]])]
    )
    func examples(text: String, fields: [[String]]) {
        let rows = Self.rows(text)
        #expect(rows.map(\.fields) == fields)
        #expect(rows.allSatisfy { !$0.isFaulty })
    }

    @Test(
        "are faulty where a quote stands in the wrong place, and the next row is not",
        arguments: [
            "a\"b\n", "a\"\n", "a,b\"\"\n", "\"a\"b\n", "\"a\" \n", "\"a\" ,b\n", "\"a\"b\"\n", "\"a\" \"b\n",
            "\"a\"\rb\n",
            "\"a\"\r\"b\"\n", "\"a\"\r,b\n", "\"\"\"a\"b\n", " \"a\"\r\n",
        ]
    )
    func misplacedQuotes(text: String) {
        let rows = Self.rows(text + "c,d\n")
        #expect(rows.map(\.isFaulty) == [true, false])
        #expect(rows.last?.fields == ["c", "d"])
    }

    @Test("are faulty when the file ends inside quotes", arguments: ["\"", "\"a", "\"a\n", "b\n\"a\nb\n", "\"a\"\""])
    func unclosedQuote(text: String) {
        #expect(Self.rows(text).map(\.isFaulty).last == true)
    }

    @Test("have the number of their first line, whatever lies between")
    func lineNumbers() {
        let rows = Self.rows("a\n\n\"b\n\n\"\r\nc\nd\"\ne")
        #expect(
            rows == [
                Row(line: 1, fields: ["a"]), Row(line: 2, fields: [""]), Row(line: 3, fields: ["b\n\n"]),
                Row(line: 6, fields: ["c"]), Row(line: 7, fields: ["d"], isFaulty: true), Row(line: 8, fields: ["e"]),
            ]
        )
    }

    @Test("come back from any table that was written as RFC 4180 says")
    func roundTrip() {
        forAll(cases: 1000) { generator in
            var text = ""
            var expected: [Row] = []
            var line = 1
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let count = Int.random(in: 1...4, using: &generator)
                let fields = (0..<count).map { _ in generator.text(of: "ab ,\"\r\n\u{FEFF}é\u{301}", maximumLength: 6) }
                let record = fields.map { field in
                    let needsQuotes = field.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
                    let isQuoted = needsQuotes || text.isEmpty || Bool.random(using: &generator)
                    // Scalar by scalar: a quote and a combining mark are one character.
                    let doubled = field.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
                    return isQuoted ? "\"\(doubled)\"" : field
                }
                let end = Bool.random(using: &generator) ? "\n" : "\r\n"
                text += record.joined(separator: ",") + end
                expected.append(Row(line: line, fields: fields))
                line += 1 + fields.reduce(0) { sum, field in sum + field.utf8.count { $0 == UInt8(ascii: "\n") } }
            }
            try hold(Self.rows(text) == expected, "\(text.debugDescription) gave \(Self.rows(text))")
        }
    }

    @Test("that are too long are dropped as they come, and the next row is not")
    func tooLong() {
        for (start, middle, separator) in [
            ("", "x", UInt8(ascii: ",")), ("\"", "x", UInt8(ascii: ",")), ("", ",", UInt8(ascii: ",")), ("", "x", nil),
        ] as [(String, String, UInt8?)] {
            var cutter = DelimitedRows(separator: separator, maximumLength: 100)
            for byte in (start + String(repeating: middle, count: 1_000_000)).utf8 {
                _ = cutter.append(byte)
            }
            let row = cutter.append(UInt8(ascii: "\n"))
            #expect(row?.fault == "The line has more than 100 bytes.")
            #expect(row.map { $0.fields.joined().count + $0.fields.count }.map { $0 <= 102 } == true)
            let next = "ok\n".utf8.compactMap { cutter.append($0) }
            #expect(next.first?.fields == [Array("ok".utf8)])
            #expect(next.first?.line == 2)
            #expect(next.first?.fault == nil)
        }
    }

    @Test("may be exactly as long as they may be")
    func longest() {
        #expect(Self.rows("12345\n123456\n1234,\n", maximumLength: 5).map(\.isFaulty) == [false, true, false])
        #expect(Self.rows("12345", maximumLength: 5).map(\.isFaulty) == [false])
    }

    @Test("are whole lines when nothing separates fields, and quotes mean nothing")
    func lines() {
        let rows = Self.rows("{\"a\":\"b,c\"}\r\n\n\"x\n", separator: nil)
        #expect(
            rows == [
                Row(line: 1, fields: ["{\"a\":\"b,c\"}"]), Row(line: 2, fields: [""]), Row(line: 3, fields: ["\"x"]),
            ]
        )
    }

    @Test("are cut from any bytes without a trap, and none is lost")
    func randomBytes() {
        forAll(cases: 2000) { generator in
            let text = generator.text(of: "a,\"\r\n", maximumLength: 40)
            let rows = Self.rows(text, maximumLength: 12)
            let lines = text.utf8.count { $0 == UInt8(ascii: "\n") } + (text.utf8.last == UInt8(ascii: "\n") ? 0 : 1)
            try hold(rows.count <= lines, "\(text.debugDescription) has \(rows.count) rows")
            try hold(rows.map(\.line) == rows.map(\.line).sorted(), "\(text.debugDescription) is not in order")
        }
    }
}
