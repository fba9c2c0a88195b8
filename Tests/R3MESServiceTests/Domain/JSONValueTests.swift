// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("JSON values")
struct JSONValueTests {
    @Test(
        "are read from every kind of JSON and written compactly",
        arguments: [
            ("null", JSONValue.null, "null"),
            (" true ", .bool(true), "true"),
            ("-0", .integer(0), "0"),
            ("9223372036854775807", .integer(.max), "9223372036854775807"),
            ("-9223372036854775808", .integer(.min), "-9223372036854775808"),
            ("9007199254740993", .integer(9_007_199_254_740_993), "9007199254740993"),
            ("1.5", .number(1.5), "1.5"),
            ("1.0", .integer(1), "1"),
            ("1e3", .integer(1000), "1000"),
            ("25E-1", .number(2.5), "2.5"),
            (#""a\"\\\/\b\f\n\r\t""#, .string("a\"\\/\u{8}\u{C}\n\r\t"), #""a\"\\/\u0008\u000c\u000a\u000d\u0009""#),
            (#""é\u00e9\ud83d\ude00""#, .string("éé😀"), "\"éé😀\""),
            ("[ ]", .array([]), "[]"),
            ("[1, [2] ]", .array([.integer(1), .array([.integer(2)])]), "[1,[2]]"),
            ("{ }", .object([:]), "{}"),
            (#"{"b" : 1, "a":{}}"#, .object(["a": .object([:]), "b": .integer(1)]), #"{"a":{},"b":1}"#),
        ]
    )
    func known(text: String, value: JSONValue, compact: String) throws {
        #expect(try JSONValue(json: text.utf8) == value)
        #expect(String(decoding: value.json, as: UTF8.self) == compact)
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) == value)
    }

    @Test(
        "are not read from what is not JSON, or cannot be kept exactly",
        arguments: [
            "", " ", "nul", "True", "01", "-", "1.", ".5", "1e", "+1", "0x1", "NaN", "[1,]", "[1 2]", "[", "]", "{,}",
            #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{a:1}"#, #"{"a":1"#, "'a'", "\"a", "\"\n\"", #""\x""#, #""\u12""#,
            #""\u12G4""#, #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, "1 1", "9223372036854775808", "1e17", "1e300",
            "1e999",
            "-9223372036854775809", "22572994749992555.5",
            #"{"a":1,"a":2}"#, "\u{FEFF}1",
        ]
    )
    func malformed(text: String) {
        expect(.malformedBody) { try JSONValue(json: text.utf8) }
    }

    @Test(
        "are not read from bytes that are not UTF-8",
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80]] as [[UInt8]]
    )
    func encoding(bytes: [UInt8]) {
        expect(.malformedBody) { try JSONValue(json: [0x22] + bytes + [0x22]) }
    }

    @Test("say at which byte reading stopped")
    func position() {
        #expect(expect(.malformedBody) { try JSONValue(json: "[1,x]".utf8) }?.detail.contains("byte 4.") == true)
    }

    @Test("are nested to a depth and no deeper, whoever reads them")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONValue(json: nested(JSONValue.maximumDepth).utf8)
        for depth in [JSONValue.maximumDepth + 1, 100_000] {
            expect(.malformedBody) { try JSONValue(json: nested(depth).utf8) }
        }
        expect(.malformedBody) { try JSONValue(json: String(repeating: #"{"a":"#, count: 100_000).utf8) }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(JSONValue.self, from: Data(nested(400).utf8))
        }
    }

    @Test("refuse through Codable, too, a whole number that would be rounded")
    func rounded() {
        for text in ["9223372036854775808", "123456789012345678901234567890"] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }
        }
    }

    @Test("come back the same from our own text and through Foundation's coders")
    func roundTrip() {
        forAll(cases: 2000) { generator in
            let value = generator.json(depth: 4)
            try hold(try JSONValue(json: value.json) == value, "\(value)")
            try hold(try JSONDecoder().decode(JSONValue.self, from: Data(value.json)) == value, "\(value)")
            let encoded = try JSONEncoder().encode(value)
            try hold(try JSONValue(json: encoded) == value, "\(value)")
        }
    }

    // The examples of RFC 7396, appendix A.
    @Test(
        "take merge patches as RFC 7396 says",
        arguments: [
            (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
            (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
            (#"{"a":"b"}"#, #"{"a":null}"#, #"{}"#),
            (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
            (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
            (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
            (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
            (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
            (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
            (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#),
            (#"{"a":"foo"}"#, #"null"#, #"null"#),
            (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
            (#"{"e":null}"#, #"{"a":1}"#, #"{"a":1,"e":null}"#),
            (#"[1,2]"#, #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
            (#"{}"#, #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        ]
    )
    func mergePatch(original: String, patch: String, result: String) throws {
        let merged = try JSONValue(json: original.utf8).merging(patch: JSONValue(json: patch.utf8))
        #expect(String(decoding: merged.json, as: UTF8.self) == result)
    }
}

extension SeededGenerator {
    mutating func json(depth: Int) -> JSONValue {
        let alphabet = "abc\"\\/\u{0}\u{1F}\n\u{7F}é😀\u{2028}e\u{301}"
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &self) {
        case 0: return .null
        case 1: return .bool(.random(using: &self))
        case 2: return .integer(int64())
        case 3: return JSONValue(exactly: Double(bitPattern: next())) ?? .number(0.1)
        case 4: return .string(text(of: alphabet, maximumLength: 12))
        case 5: return .array((0..<Int.random(in: 0...4, using: &self)).map { _ in json(depth: depth - 1) })
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<Int.random(in: 0...4, using: &self) {
                members[text(of: alphabet, maximumLength: 6)] = json(depth: depth - 1)
            }
            return .object(members)
        }
    }
}
