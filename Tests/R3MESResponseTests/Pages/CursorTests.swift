// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESResponse

@Suite("Cursors")
struct CursorTests {
    let codec = CursorCodec(key: CursorKey(secret: "a secret of thirty-two bytes, at least".utf8))
    let scope = CursorScope(sort: "-credits", filter: "is_miner=true", principalClass: "anonymous")

    @Test("give their values and direction back")
    func roundTrip() {
        forAll(cases: 1000) { generator in
            let cursor = generator.cursor()
            guard let text = codec.encode(cursor, in: scope) else { throw Falsified(reason: "none") }
            try hold(try codec.decode(text, in: scope) == cursor, "\(cursor)")
        }
    }

    @Test("are bound to sort, filter and class of principals")
    func scopes() throws {
        let text = try #require(codec.encode(Cursor(position: [.integer(1)]), in: scope))
        for path in [\CursorScope.sort, \.filter, \.principalClass] {
            var other = scope
            other[keyPath: path] += "x"
            #expect(code { () throws(ResponseError) in try codec.decode(text, in: other) } == .invalidCursor)
        }
        // No character may slip from one part into the next.
        let shifted = CursorScope(sort: "-creditsi", filter: "s_miner=true", principalClass: "anonymous")
        #expect(code { () throws(ResponseError) in try codec.decode(text, in: shifted) } == .invalidCursor)
    }

    @Test("are refused when any bit has changed, and when they are of another version")
    func tampering() throws {
        let text = try #require(codec.encode(Cursor(position: [.text("é"), .null, .bool(true)]), in: scope))
        let bytes = try #require(Base64URL.decode(text))
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            let refused = code { () throws(ResponseError) in
                try codec.decode(Base64URL.encode(changed), in: scope)
            }
            #expect(refused == .invalidCursor)
        }
        for text in ["", "A", "AAAA", String(repeating: "A", count: 5000), "é", text + "A", String(text.dropLast())] {
            #expect(code { () throws(ResponseError) in try codec.decode(text, in: scope) } == .invalidCursor)
        }
    }

    @Test("stay good while their key is among the previous ones, and no longer")
    func rotation() throws {
        let (old, new) = (CursorKey(secret: "old".utf8), CursorKey(secret: "new".utf8))
        let cursor = Cursor(position: [.integer(7)], direction: .backward)
        let text = try #require(CursorCodec(key: old).encode(cursor, in: scope))
        #expect(try CursorCodec(key: new, previous: [old]).decode(text, in: scope) == cursor)
        let retired = CursorCodec(key: new)
        #expect(code { () throws(ResponseError) in try retired.decode(text, in: scope) } == .invalidCursor)
        #expect(!"\(old)".contains("old"))
    }

    @Test("are not made of values that are too large")
    func limits() {
        let long = CursorValue.text(String(repeating: "x", count: 1025))
        #expect(codec.encode(Cursor(position: [long]), in: scope) == nil)
        #expect(codec.encode(Cursor(position: Array(repeating: .null, count: 17)), in: scope) == nil)
    }

    @Test("read no values from bytes that are none")
    func values() {
        forAll(cases: 3000) { generator in
            let bytes = generator.bytes(count: Int.random(in: 0...40, using: &generator))
            if let values = CursorValue.decode(bytes) {
                // 2 and 1 are the only truth values, so that reading and writing agree.
                try hold(CursorValue.encode(values) == bytes, "\(bytes)")
            }
        }
    }
}

extension SeededGenerator {
    fileprivate mutating func cursor() -> Cursor {
        let values = (0..<Int.random(in: 1...5, using: &self)).map { _ -> CursorValue in
            switch Int.random(in: 0..<6, using: &self) {
            case 0: .null
            case 1: .integer(int64())
            case 2: .double(Double.random(in: -1e300...1e300, using: &self))
            case 3: .text(unicodeText(maximumLength: 20))
            case 4: .bytes(bytes(count: Int.random(in: 0...40, using: &self)))
            default: .bool(Bool.random(using: &self))
            }
        }
        return Cursor(position: values, direction: Bool.random(using: &self) ? .forward : .backward)
    }
}
