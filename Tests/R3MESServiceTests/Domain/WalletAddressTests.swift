// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Wallet addresses")
struct WalletAddressTests {
    static let counting = "remes1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnuf2xtm"

    // Made by the reference code of BIP-173.
    @Test(
        "stand for their payload",
        arguments: [
            ("remes1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqvumral", [UInt8](repeating: 0, count: 20)),
            (counting, Array(0..<20)),
            ("remes1llllllllllllllllllllllllllllllllqd6v64", [UInt8](repeating: 255, count: 20)),
        ]
    )
    func known(text: String, payload: [UInt8]) throws {
        #expect(try WalletAddress(text).payload == payload)
        #expect(try WalletAddress(payload: payload).description == text)
    }

    @Test("are kept in lower case when written in upper case")
    func upperCase() throws {
        let address = try WalletAddress(Self.counting.uppercased())
        #expect(address.description == Self.counting)
        #expect(address == (try WalletAddress(Self.counting)))
    }

    @Test("can be read from a part of a text")
    func substring() throws {
        #expect(try WalletAddress("/\(Self.counting)/".dropFirst().dropLast()).description == Self.counting)
    }

    @Test(
        "that are wrong are refused, each for its reason",
        arguments: [
            ("", ServiceError.Code.walletMalformed),
            ("remes", .walletMalformed),
            ("1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnuf2xtm", .walletMalformed),
            ("cosmos1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnrk363e", .walletPrefix),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", .walletPrefix),
            ("Remes1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnuf2xtm", .walletMixedCase),
            ("remes1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnuf2xtM", .walletMixedCase),
            ("remes1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnuf2xtb", .walletCharacter),
            ("remes1qqqsyqcyq5r1wzqfpg9scrgwpugpzysnuf2xtm", .walletCharacter),
            (" remes1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnuf2xtm", .walletCharacter),
            ("rémes1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnuf2xt", .walletCharacter),
            ("remes1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnuf2xt", .walletLength),
            ("remes1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnuf2xtmm", .walletLength),
            ("remes1qqqqq", .walletLength),
            ("remes1" + String(repeating: "q", count: 1000), .walletLength),
            // A valid checksum over a payload of 24 bytes.
            ("remes1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqrt88vk", .walletLength),
            // A valid checksum over 19 bytes and three zero bits.
            ("remes1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj2cjc6", .walletLength),
            ("remes1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnuf2xtq", .walletChecksum),
            // The same payload in Bech32m.
            ("remes1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnf462we", .walletChecksum),
            // A valid checksum over 20 bytes and a whole value of padding.
            ("remes1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnqd4ge74", .walletPadding),
            // A valid checksum over 19 bytes and three bits that are not zero.
            ("remes1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqp0uv89g", .walletPadding),
        ]
    )
    func wrong(text: String, code: ServiceError.Code) {
        expect(code) { try WalletAddress(text) }
    }

    @Test("name the position of a wrong character")
    func position() {
        let character = expect(.walletCharacter) { try WalletAddress("remes1qqqsyqbyq5rqwzqfpg9scrgwpugpzysnuf2xtm") }
        #expect(character?.detail.contains("Character 13 ") == true)
        let separator = expect(.walletCharacter) { try WalletAddress("remes1qqqsyqcyq5r1wzqfpg9scrgwpugpzysnuf2xtm") }
        #expect(separator?.detail.contains("Character 18 ") == true)
        let mixed = expect(.walletMixedCase) { try WalletAddress("remes1qqqsyqcyq5rQwzqfpg9scrgwpugpzysnuf2xtm") }
        #expect(mixed?.detail.contains("Character 18 ") == true)
    }

    @Test("are refused with any one character changed")
    func everySubstitution() throws {
        let bytes = Array(Self.counting.utf8)
        for index in bytes.indices {
            for replacement in UInt8.min...127 where replacement != bytes[index] {
                var changed = bytes
                changed[index] = replacement
                let text = String(decoding: changed, as: UTF8.self)
                #expect(throws: ServiceError.self, "\(text)") { try WalletAddress(text) }
            }
        }
    }

    @Test("are refused with any two characters exchanged")
    func everyTransposition() {
        forAll(cases: 50) { generator in
            let bytes = Array(try generator.wallet().description.utf8)
            for first in bytes.indices {
                for second in bytes.indices where bytes[first] != bytes[second] {
                    var changed = bytes
                    changed.swapAt(first, second)
                    let text = String(decoding: changed, as: UTF8.self)
                    try hold(code { () throws(ServiceError) in try WalletAddress(text) } != nil, text)
                }
            }
        }
    }

    @Test("are refused with up to four characters of the payload changed, as the checksum promises")
    func fewSubstitutions() {
        forAll(cases: 20_000) { generator in
            var bytes = Array(try generator.wallet().description.utf8)
            for index in (6..<44).shuffled(using: &generator).prefix(Int.random(in: 1...4, using: &generator)) {
                let others = Bech32.characters.filter { $0 != bytes[index] }
                bytes[index] = others.randomElement(using: &generator) ?? 0
            }
            let text = String(decoding: bytes, as: UTF8.self)
            try hold(code { () throws(ServiceError) in try WalletAddress(text) } == .walletChecksum, text)
        }
    }

    @Test("come back from their text, in either case, and from their payload")
    func roundTrip() {
        forAll(cases: 5000) { generator in
            let payload = generator.bytes(count: 20)
            let address = try WalletAddress(payload: payload)
            try hold(address.payload == payload, "\(payload)")
            try hold(try WalletAddress(address.description) == address, "\(payload)")
            try hold(try WalletAddress(address.description.uppercased()) == address, "\(payload)")
        }
    }

    @Test("are in the order of their texts")
    func order() {
        forAll(cases: 5000) { generator in
            let payload = generator.bytes(count: 20)
            var other = payload
            // Close neighbours, so that every place of the payload decides sometimes.
            other[Int.random(in: 0..<20, using: &generator)] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            let (left, right) = (try WalletAddress(payload: payload), try WalletAddress(payload: other))
            try hold((left < right) == (left.description < right.description), "\(left) \(right)")
            try hold((right < left) == (right.description < left.description), "\(left) \(right)")
            try hold(!(left < left), "\(left)")
        }
    }

    @Test("need a payload of 20 bytes", arguments: [0, 19, 21])
    func payloadLength(count: Int) {
        expect(.walletLength) { try WalletAddress(payload: [UInt8](repeating: 7, count: count)) }
    }

    @Test("travel as JSON strings, and a refused one is not repeated in the error")
    func codable() throws {
        let address = try WalletAddress(Self.counting)
        let json = try JSONEncoder().encode([address])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(Self.counting)\"]")
        #expect(try JSONDecoder().decode([WalletAddress].self, from: json) == [address])

        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([WalletAddress].self, from: Data("[\"private-and-wrong\"]".utf8))
        }
        guard case .dataCorrupted(let context) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect((context.underlyingError as? ServiceError)?.code == .walletMalformed)
        #expect(!String(describing: context).contains("private-and-wrong"))
    }
}
