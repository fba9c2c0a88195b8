// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import R3MESTestSupport
import Testing

@testable import R3MESResponse

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("writes strings byte for byte as Foundation does, but for \\b and \\f, which have a longer form")
    func strings() {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        forAll(cases: 4000) { generator in
            let text = generator.unicodeText()
            var json = JSONWriter(capacity: 0)
            json.strings([text])
            let expected = try encoder.encode([text])
            if !text.unicodeScalars.contains(where: { $0 == "\u{8}" || $0 == "\u{c}" }) {
                try hold(Array(json.text.utf8) == Array(expected), "\(Array(text.unicodeScalars))")
            }
            let read = try JSONDecoder().decode([String].self, from: Data(json.buffer.readableBytesView))
            try hold(read.map { Array($0.utf8) } == [Array(text.utf8)], "\(Array(text.unicodeScalars))")
        }
    }

    @Test("finds what needs an escape at every place of a word, whatever stands around it")
    func escapes() {
        for byte in UInt8.min ... .max {
            let isEscaped = byte < 0x20 || byte == 0x22 || byte == 0x5C
            for length in 1...19 {
                for filler: UInt8 in [0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F, 0x80, 0xFF] {
                    for place in 0..<length {
                        var bytes = [UInt8](repeating: filler, count: length)
                        bytes[place] = byte
                        let found = bytes.withUnsafeBufferPointer { JSONEscapes.firstIndex(in: $0, from: 0) }
                        if found != (isEscaped ? place : length) { Issue.record("\(byte) at \(place) of \(length)") }
                    }
                }
            }
        }
    }

    @Test("writes every scalar so that Foundation reads it back")
    func allScalars() throws {
        var text = String.UnicodeScalarView()
        for value in 0...0x10FFFF as ClosedRange<UInt32> {
            if let scalar = Unicode.Scalar(value) { text.append(scalar) }
        }
        var json = JSONWriter()
        json.strings([String(text)])
        let read = try JSONDecoder().decode([String].self, from: Data(json.buffer.readableBytesView))
        #expect(read.first.map { Array($0.utf8) } == Array(String(text).utf8))
    }

    @Test("writes integers as Swift does")
    func integers() {
        forAll(cases: 5000) { generator in
            let number = generator.int64()
            var json = JSONWriter()
            json.integer(number)
            try hold(json.text == "\(number)", "\(number)")
        }
        for power in 0..<19 {
            let number = (0..<power).reduce(Int64(1)) { value, _ in value * 10 }
            for value in [number - 1, number, number + 1, -number] {
                var json = JSONWriter()
                json.integer(value)
                #expect(json.text == "\(value)")
            }
        }
    }

    @Test("writes numbers that read back as the same, and null for what JSON doesn't have")
    func numbers() {
        forAll(cases: 5000) { generator in
            let number = Double(bitPattern: generator.next())
            var json = JSONWriter()
            json.array([number]) { json, number in json.number(number) }
            let read = try JSONDecoder().decode([Double?].self, from: Data(json.buffer.readableBytesView))
            try hold(read == [number.isFinite ? number : nil], "\(number.bitPattern)")
        }
    }

    @Test("writes times as RFC 3339 has them, as Foundation reads the calendar")
    func times() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        forAll(cases: 3000) { generator in
            // Foundation goes back to the Julian calendar before 1582; this one is Gregorian throughout (RFC 3339).
            let moment = Int64.random(in: -12_219_292_800_000_000...253_402_300_799_999_999, using: &generator)
            let second = moment >= 0 ? moment / 1_000_000 : (moment - 999_999) / 1_000_000
            let parts = calendar.dateComponents(
                [.year, .month, .day, .hour, .minute, .second],
                from: Date(timeIntervalSince1970: Double(second))
            )
            var json = JSONWriter()
            json.dateTime(microsecondsSinceEpoch: moment)
            let expected = String(
                format: "\"%04d-%02d-%02dT%02d:%02d:%02d.%06dZ\"",
                parts.year ?? 0,
                parts.month ?? 0,
                parts.day ?? 0,
                parts.hour ?? 0,
                parts.minute ?? 0,
                parts.second ?? 0,
                Int(moment - second * 1_000_000)
            )
            try hold(json.text == expected, "\(moment): \(json.text), not \(expected)")
        }
        func text(_ moment: Int64) -> String {
            var json = JSONWriter()
            json.dateTime(microsecondsSinceEpoch: moment)
            return json.text
        }
        #expect(text(0) == "\"1970-01-01T00:00:00.000000Z\"")
        #expect(text(-62_167_219_200_000_000) == "\"0000-01-01T00:00:00.000000Z\"")
        #expect(text(-62_162_035_200_000_001) == "\"0000-02-29T23:59:59.999999Z\"")
        #expect(text(253_402_300_799_999_999) == "\"9999-12-31T23:59:59.999999Z\"")
        #expect(text(253_402_300_800_000_000) == "null" && text(.min) == "null" && text(.max) == "null")
    }

    @Test("ends lines, and goes on in an empty buffer")
    func lines() {
        var json = JSONWriter()
        for number in 0..<2 {
            json.object { json in
                json.member("a", number)
                json.member("b", 0.5)
                json.member("c", microsecondsSinceEpoch: nil)
            }
            json.endLine()
        }
        #expect(String(buffer: json.takeBuffer()) == "{\"a\":0,\"b\":0.5,\"c\":null}\n{\"a\":1,\"b\":0.5,\"c\":null}\n")
        #expect(json.text.isEmpty)
    }
}
