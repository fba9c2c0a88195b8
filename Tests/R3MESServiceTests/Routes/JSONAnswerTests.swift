// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import R3MESResponse
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("JSON in answers")
struct JSONAnswerTests {
    @Test("has strings that Foundation reads back, whatever is in them")
    func strings() {
        forAll(cases: 3000) { generator in
            let text = generator.unicodeText()
            var json = JSONWriter()
            json.array([text]) { json, text in json.string(text) }
            let data = Data(json.buffer.readableBytesView)
            let decoded = try JSONDecoder().decode([String].self, from: data)
            try hold(decoded.map { Array($0.utf8) } == [Array(text.utf8)], "\(Array(text.unicodeScalars))")
            // Foundation's JSONSerialization loses U+FEFF from strings with escapes, also from those of its own.
            if !text.unicodeScalars.contains("\u{FEFF}") {
                let object = try JSONSerialization.jsonObject(with: data) as? [String]
                try hold(
                    object.map { $0.map { Array($0.utf8) } } == [Array(text.utf8)],
                    "\(Array(text.unicodeScalars))"
                )
            }
            try hold(try JSONValue(json: data) == .array([.string(text)]), "\(Array(text.unicodeScalars))")
            try hold(!data.contains { $0 < 0x20 }, "a control character is written plainly")
        }
    }

    @Test("escapes every control character, the quote and the backslash, and nothing else")
    func escapes() throws {
        for value in 0..<0x300 as Range<UInt32> {
            let scalar = try #require(Unicode.Scalar(value))
            var json = JSONWriter()
            json.string(String(scalar))
            let isEscaped = value < 0x20 || scalar == "\"" || scalar == "\\"
            #expect(json.text.contains("\\") == isEscaped)
            #expect(try JSONDecoder().decode([String].self, from: Data("[\(json.text)]".utf8)) == [String(scalar)])
        }
        var json = JSONWriter()
        json.string("\u{0}\u{1F}\n\r\t\u{8}\"\\/\u{7F}")
        #expect(json.text == #""\u0000\u001f\n\r\t\u0008\"\\/"# + "\u{7F}\"")
    }

    @Test("puts commas between values and nowhere else, however they are nested")
    func structure() {
        forAll(cases: 1000) { generator in
            let value = generator.json(depth: 4)
            var json = JSONWriter(capacity: 0)
            json.write(value)
            try hold(try JSONValue(json: json.buffer.readableBytesView) == value, "\(json.text) is not \(value)")
        }
    }

    @Test("has the members of each kind in the order in which they were written")
    func members() {
        var json = JSONWriter()
        json.object { json in
            json.member("a", "x\"")
            json.member("b", nil as String?)
            json.member("c", plain: Credits(millionths: 1))
            json.member("d", plain: nil as Timestamp?)
            json.member("e", Int64.min)
            json.member("f", true)
            json.member("g") { $0.strings([]) }
            json.member("h") { $0.strings(["1", "2"]) }
            json.member("i") { $0.object { _ in } }
            json.member(named: "j\n") { $0.null() }
            json.member("k", UInt64.max)
        }
        #expect(
            json.text == #"{"a":"x\"","b":null,"c":"0.000001","d":null,"e":-9223372036854775808,"f":true,"g":[],"#
                + #""h":["1","2"],"i":{},"j\n":null,"k":18446744073709551615}"#
        )
    }

    @Test("tells of a problem what the caller may know, and no more")
    func problem() throws {
        let error = ServiceError(
            .invalidFields,
            fieldErrors: [.init(field: "a\"b", reason: "is wrong")],
            context: ["secret": "hidden-context"],
            underlying: ServiceError(.internalError, "hidden-cause")
        )
        let body = Problem.body(of: error, path: "/v1/é\"", requestID: "id-1")
        let expected: [String: JSONValue] = [
            "type": .string("urn:r3mes:problem:R3MES-1002"), "title": .string(error.code.title),
            "status": .integer(400),
            "detail": .string(error.detail), "instance": .string("/v1/é\""), "code": .string("R3MES-1002"),
            "errors": .array([.object(["field": .string("a\"b"), "reason": .string("is wrong")])]),
            "request_id": .string("id-1"),
        ]
        #expect(try JSONValue(json: body.readableBytesView) == .object(expected))
    }

    @Test("shows users, entries and keys so that they are read back, and no secret but once")
    func domain() throws {
        forAll(cases: 200) { generator in
            let user = try generator.user()
            var json = JSONWriter()
            json.user(user)
            guard case .object(let members) = try JSONValue(json: json.buffer.readableBytesView) else {
                throw Falsified(reason: json.text)
            }
            try hold(members["wallet_address"] == .string(user.wallet.description), json.text)
            try hold(members["credits"] == .string(user.credits.description), json.text)
            try hold(members["last_mining_at"] == user.lastMiningAt.map { .string($0.description) } ?? .null, json.text)
            try hold(members["metadata"] == .object(user.metadata.members), json.text)
            try hold(members.count == 7, json.text)
        }
        let issued = try APIKey.issue(name: "a\"b", scopes: .write, wallet: nil, at: .epoch)
        var shown = JSONWriter()
        shown.apiKey(issued.record, secret: issued.secret)
        var listed = JSONWriter()
        listed.apiKey(issued.record)
        let hidden = issued.secret.revealed().dropFirst(APIKey.Secret.prefixLength)
        #expect(shown.text.contains(hidden))
        #expect(!listed.text.contains(hidden))
        for json in [shown, listed] { #expect(throws: Never.self) { try JSONValue(json: json.text.utf8) } }
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ value: JSONValue) {
        switch value {
        case .string(let text): string(text)
        case .array(let elements): array(elements) { json, element in json.write(element) }
        case .object(let members):
            object { json in
                for (name, value) in members { json.member(named: name) { $0.write(value) } }
            }
        case .null: null()
        case .bool, .integer, .number: raw(String(decoding: value.json, as: UTF8.self))
        }
    }
}

extension SeededGenerator {
    /// Text of scalars from all over Unicode: control characters, quotes, combining marks, noncharacters, and what is left
    /// of lone surrogates.
    fileprivate mutating func unicodeText() -> String {
        let ranges: [ClosedRange<UInt32>] = [
            0...0x1F, 0x20...0x7F, 0x22...0x22, 0x5C...0x5C, 0x80...0x9F, 0x300...0x36F, 0x2028...0x202F,
            0xFDD0...0xFFFF,
            0x1F1E6...0x1F1FF, 0xE000...0xF8FF, 0x10000...0x10FFFF,
        ]
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...40, using: &self) {
            let range = ranges.randomElement(using: &self) ?? ranges[0]
            scalars.append(Unicode.Scalar(UInt32.random(in: range, using: &self)) ?? "\u{FFFD}")
        }
        let units = [UInt16](repeating: UInt16.random(in: 0xD800...0xDFFF, using: &self), count: 1)
        return String(scalars) + (Bool.random(using: &self) ? String(decoding: units, as: UTF16.self) : "")
    }
}
