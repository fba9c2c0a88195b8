// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESService

// The vectors are those of BIP-173.
@Suite("Bech32")
struct Bech32Tests {
    private static let validVectors = [
        "A12UEL5L",
        "a12uel5l",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
        "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j",
        "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w",
        "?1ezyfcl",
    ]

    @Test("reads the valid vectors of BIP-173 and writes them back", arguments: validVectors)
    func valid(text: String) throws {
        let parts = try Bech32.parse(text)
        #expect(parts.hasValidChecksum)
        #expect(Bech32.encode(prefix: parts.prefix, values: parts.values) == text.lowercased())
    }

    @Test(
        "refuses the invalid vectors of BIP-173, each for its reason",
        arguments: [
            ("\u{20}1nwldj5", Bech32.Failure.character(position: 1)),
            ("\u{7F}1axkwrx", .character(position: 1)),
            ("\u{80}1eym55h", .character(position: 1)),
            (
                "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
                .tooLong
            ),
            ("pzry9x0s0muk", .noSeparator),
            ("1pzry9x0s0muk", .emptyPrefix),
            ("x1b4n0q5v", .character(position: 3)),
            ("li1dgmt3", .tooShort),
            ("de1lg7wt\u{FF}", .character(position: 9)),
            ("10a06t8", .emptyPrefix),
            ("1qzzfhee", .emptyPrefix),
            ("a12UEL5L", .mixedCase(position: 4)),
            ("A12uEL5L", .mixedCase(position: 4)),
        ]
    )
    func invalid(text: String, failure: Bech32.Failure) {
        #expect(throws: failure) { try Bech32.parse(text) }
    }

    @Test("tells a checksum over the upper-case prefix from the right one")
    func upperCaseChecksum() throws {
        #expect(try !Bech32.parse("A1G7SGD8").hasValidChecksum)
    }

    @Test("does not take Bech32m for Bech32", arguments: ["A1LQFN3A", "a1lqfn3a", "?1v759aa"])
    func bech32m(text: String) throws {
        #expect(try !Bech32.parse(text).hasValidChecksum)
    }

    @Test("turns five-bit values into the bytes of BIP-173's example")
    func bytes() throws {
        let parts = try Bech32.parse("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4")
        let program = try Bech32.bytes(of: Array(parts.values.dropFirst()))
        let hexadecimal = program.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(hexadecimal == "751e76e8199196d454941c45d1b3a323f1433bd6")
    }

    @Test(
        "refuses padding of a whole value and padding that is not zero",
        arguments: [[0], [0, 0, 0], [0, 1], [0, 0, 0, 31]] as [[UInt8]]
    )
    func padding(values: [UInt8]) {
        #expect(throws: Bech32.Failure.padding) { try Bech32.bytes(of: values) }
    }

    @Test("writes and reads back any values under any prefix")
    func roundTrip() {
        forAll { generator in
            let prefix = generator.bytes(count: Int.random(in: 1...20, using: &generator)).map { 33 + $0 % 32 }
            let name = String(decoding: prefix, as: UTF8.self)
            let values = generator.bytes(count: Int.random(in: 0...60, using: &generator)).map { $0 & 31 }
            let parts = try Bech32.parse(Bech32.encode(prefix: name, values: values))
            try hold(parts == .init(prefix: name, values: values, hasValidChecksum: true), "\(name) \(values)")
        }
    }

    // The code is made so that no change of up to four characters can pass (BIP-173, "Checksum design").
    @Test("one to four other characters in a vector's data part are noticed, whichever they are")
    func substitutions() {
        let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l")
        forAll { generator in
            let vector = Self.validVectors.randomElement(using: &generator) ?? ""
            var text = Array(vector.lowercased())
            let separator = text.lastIndex(of: "1") ?? 0
            let count = Int.random(in: 1...4, using: &generator)
            for place in (separator + 1..<text.count).shuffled(using: &generator).prefix(count) {
                text[place] = alphabet.filter { $0 != text[place] }.randomElement(using: &generator) ?? "q"
            }
            try hold(!Bech32.parse(String(text)).hasValidChecksum, String(text))
        }
    }

    @Test("whatever is done to a vector, it is refused, or it is what its parts write")
    func mutations() {
        forAll { generator in
            var text = Array((Self.validVectors.randomElement(using: &generator) ?? "").unicodeScalars)
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                let scalar = Unicode.Scalar(UInt8.random(in: .min ... .max, using: &generator))
                let place = Int.random(in: 0...text.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: text.insert(scalar, at: place)
                case 1 where place < text.count: text.remove(at: place)
                default: text = Array(text[place...] + text[..<place])
                }
            }
            let mutated = String(String.UnicodeScalarView(text))
            guard let parts = try? Bech32.parse(mutated), parts.hasValidChecksum else { return }
            try hold(Bech32.encode(prefix: parts.prefix, values: parts.values) == mutated.lowercased(), mutated)
            try hold((try? WalletAddress(mutated)) == nil, mutated)
        }
    }
}
