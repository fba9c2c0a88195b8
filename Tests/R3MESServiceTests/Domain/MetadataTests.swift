// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import R3MESService

@Suite("Metadata")
struct MetadataTests {
    /// Objects within one another, the innermost holding an integer.
    static func nested(_ depth: Int) -> [String: JSONValue] {
        (1..<depth).reduce(["a": .integer(1)]) { inner, _ in ["a": .object(inner)] }
    }

    @Test("are allowed up to each limit")
    func limits() throws {
        _ = try Metadata(Dictionary(uniqueKeysWithValues: (0..<64).map { ("\($0)", JSONValue.null) }))
        _ = try Metadata([String(repeating: "é", count: 64): .null])
        _ = try Metadata(Self.nested(8))
        let fitting = try Metadata(["a": .string(String(repeating: "x", count: 16 * 1024 - 8))])
        #expect(fitting.json.utf8.count == Metadata.maximumByteCount)
    }

    @Test(
        "are refused beyond each limit, with the place",
        arguments: [
            (Dictionary(uniqueKeysWithValues: (0..<65).map { ("\($0)", JSONValue.null) }), "metadata"),
            (nested(9), "metadata.a.a.a.a.a.a.a.a"),
            (nested(100), "metadata.a.a.a.a.a.a.a.a"),
            (["a": .string(String(repeating: "x", count: 16 * 1024 - 7))], "metadata"),
            // Each of these takes six bytes as JSON.
            (["a": .string(String(repeating: "\u{1}", count: 3000))], "metadata"),
            (["list": .array([.null, .string("\u{0}")])], "metadata.list.1"),
            (["a": .object(["b": .number(.infinity)])], "metadata.a.b"),
            (["a": .number(.nan)], "metadata.a"),
            (["a": .number(1e300)], "metadata.a"),
        ]
    )
    func refused(members: [String: JSONValue], field: String) {
        let error = expect(.invalidFields) { try Metadata(members) }
        #expect(error?.fieldErrors.map(\.field) == [field])
    }

    @Test("with long names are refused at any depth, and the name is cut short in the error")
    func names() {
        let long = String(repeating: "n", count: 65)
        let error = expect(.invalidFields) { try Metadata(["a": .array([.object([long: .null])])]) }
        #expect(error?.fieldErrors.map(\.field) == ["metadata.a.0.\(long.dropLast())"])
    }

    @Test("with many faults name some of them, not all")
    func manyFaults() {
        let wrong = Array(repeating: JSONValue.number(.nan), count: 10_000)
        let error = expect(.invalidFields) { try Metadata(["a": .array(wrong)]) }
        #expect(error?.fieldErrors.count == 16)
    }

    @Test("come back from their text, which is the same for equal metadata")
    func text() throws {
        let metadata = try Metadata(json: #" {"b": [1, 2.5, null], "a": "é"} "#)
        #expect(metadata.json == #"{"a":"é","b":[1,2.5,null]}"#)
        #expect(try Metadata(json: metadata.json) == metadata)
        #expect(Metadata().json == "{}")
        expect(.malformedBody) { try Metadata(json: "[]") }
        expect(.malformedBody) { try Metadata(json: "{") }
    }

    @Test("keep their limits when patched")
    func patch() throws {
        let metadata = try Metadata(["a": .integer(1), "b": .object(["c": .null, "d": .bool(true)])])
        let patched = try metadata.merging(patch: ["a": .null, "b": .object(["d": .null])])
        #expect(patched.members == ["b": .object(["c": .null])])
        expect(.invalidFields) { try metadata.merging(patch: ["b": .object(Self.nested(8))]) }
    }

    @Test("travel as JSON objects, whole numbers exact, names untouched by coding strategies")
    func codable() throws {
        let metadata = try Metadata(["big_number": .integer(9_007_199_254_740_993), "camelCase": .null])
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let json = try encoder.encode(["value": metadata])
        #expect(try decoder.decode([String: Metadata].self, from: json) == ["value": metadata])
        #expect(throws: DecodingError.self) {
            try decoder.decode([String: Metadata].self, from: Data(#"{"value":{"a":"\u0000"}}"#.utf8))
        }
    }
}
