// SPDX-License-Identifier: Apache-2.0

import R3MESResponse
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Page cursors")
struct PageCursorTests {
    let cursors = PageCursor(secret: Secret("correct-horse-battery-staple-correct-horse"))

    @Test("give the position back that they were made of")
    func roundTrip() {
        forAll(cases: 300) { generator in
            let bytes = generator.bytes(count: Int.random(in: 0...300, using: &generator))
            let list = generator.text(of: "users|é", maximumLength: 20)
            let text = cursors.encode(bytes, in: list)
            try hold(try cursors.decode(text, in: list) == bytes, text)
            try hold(text.utf8.allSatisfy(Base64URL.isCharacter), text)
        }
    }

    @Test("are refused when any of their bits has changed, the version's included")
    func bits() throws {
        let text = cursors.encode(Int64.max.bigEndianBytes + Int64(7).bigEndianBytes, in: "users")
        let bytes = try #require(Base64URL.decode(text))
        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            expect(.cursorInvalid) { try cursors.decode(Base64URL.encode(changed), in: "users") }
        }
    }

    @Test("are refused when any of their characters has changed, or bytes are missing or added")
    func characters() throws {
        let text = cursors.encode([1, 2, 3], in: "users")
        for index in text.utf8.indices {
            for character in Base64URL.characters + Array("+/= é".utf8) where character != text.utf8[index] {
                var changed = Array(text.utf8)
                changed[text.utf8.distance(from: text.utf8.startIndex, to: index)] = character
                let refused = code { () throws(ServiceError) in
                    try cursors.decode(String(decoding: changed, as: UTF8.self), in: "users")
                }
                #expect(refused == .cursorInvalid)
            }
        }
        let bytes = try #require(Base64URL.decode(text))
        for count in 0..<bytes.count {
            expect(.cursorInvalid) { try cursors.decode(Base64URL.encode(Array(bytes.prefix(count))), in: "users") }
            expect(.cursorInvalid) { try cursors.decode(Base64URL.encode(Array(bytes.suffix(count))), in: "users") }
        }
        expect(.cursorInvalid) { try cursors.decode(Base64URL.encode(bytes + [0]), in: "users") }
    }

    @Test("are refused by another list and under another secret")
    func foreign() throws {
        let text = cursors.encode([1, 2, 3], in: "users")
        for list in ["", "user", "users|", "Users", "transactions"] {
            expect(.cursorInvalid) { try cursors.decode(text, in: list) }
        }
        let other = PageCursor(secret: Secret("correct-horse-battery-staple-correct-horsf"))
        expect(.cursorInvalid) { try other.decode(text, in: "users") }
        #expect(
            try PageCursor(secret: Secret("correct-horse-battery-staple-correct-horse")).decode(text, in: "users") == [
                1, 2, 3,
            ]
        )
    }

    @Test("do not let bytes slip from the position into the name of the list")
    func boundary() {
        let text = cursors.encode([1, 2] + Array("users".utf8), in: "")
        let bytes = Base64URL.decode(text) ?? []
        let forged = Base64URL.encode(Array(bytes.prefix(3)) + Array(bytes.suffix(16)))
        expect(.cursorInvalid) { try cursors.decode(forged, in: "users") }
    }

    @Test("carry every position of every order")
    func positions() {
        forAll(cases: 500) { generator in
            let value = UserQuery.Position.value(generator.int64(), number: generator.int64())
            let wallet = UserQuery.Position.wallet(try generator.wallet())
            try hold(try UserQuery.Position(bytes: value.bytes, key: .credits) == value, "\(value)")
            try hold(try UserQuery.Position(bytes: value.bytes, key: .createdAt) == value, "\(value)")
            try hold(try UserQuery.Position(bytes: wallet.bytes, key: .wallet) == wallet, "\(wallet)")
        }
        for count in [0, 7, 8, 15, 17, 20] {
            let bytes = [UInt8](repeating: 0, count: count)
            expect(.cursorInvalid) { try UserQuery.Position(bytes: bytes, key: .credits) }
        }
        #expect(throws: ServiceError.self) { try UserQuery.Position(bytes: [1, 2], key: .wallet) }
    }

    @Test("are bound to a name that is different for every list of users")
    func names() {
        let names = UserPageTests.queries.map(\.listName)
        #expect(Set(names).count == names.count)
    }
}
