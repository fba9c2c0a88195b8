// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESResponse

@Suite("Base64url")
struct Base64URLTests {
    @Test("gives the bytes back", arguments: 0...70)
    func inverse(count: Int) {
        forAll(cases: 30) { generator in
            let bytes = generator.bytes(count: count)
            try hold(Base64URL.decode(Base64URL.encode(bytes)) == bytes, "\(bytes)")
        }
    }

    @Test("takes one text for each value and no other, of all texts of up to three characters")
    func exhaustive() {
        let alphabet = Base64URL.characters
        func isCanonical(_ text: [UInt8]) -> Bool {
            let text = String(decoding: text, as: UTF8.self)
            guard let bytes = Base64URL.decode(text) else { return false }
            if Base64URL.encode(bytes) != text { Issue.record("\(text) is not what \(bytes) are written as") }
            return true
        }
        #expect(Base64URL.decode("") == [])
        #expect(alphabet.allSatisfy { !isCanonical([$0]) })
        let pairs = alphabet.flatMap { first in alphabet.map { [first, $0] } }
        #expect(pairs.count(where: isCanonical) == 256)
        // The first two characters may be any: the last decides.
        for first in alphabet {
            #expect(alphabet.count { isCanonical([first, UInt8(ascii: "_"), $0]) } == 16)
            #expect(alphabet.count { isCanonical([UInt8(ascii: "-"), first, UInt8(ascii: "9"), $0]) } == 64)
        }
    }

    @Test(
        "refuses every other character, padding and space",
        arguments: ["AA==", "AAA=", "AA+A", "AA/A", "AA A", " AAAA", "AAAA\n", "AAÄA", "AAA\u{0}", "=", "AA.A"]
    )
    func foreign(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("of a random text is either what encodes to it, or nothing")
    func random() {
        forAll(cases: 5000) { generator in
            let text = generator.text(of: "AQgwZz09-_+/= ", maximumLength: 12)
            if let bytes = Base64URL.decode(text) {
                try hold(Base64URL.encode(bytes) == text, text)
            }
        }
    }
}
