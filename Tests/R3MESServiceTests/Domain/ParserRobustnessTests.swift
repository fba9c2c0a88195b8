// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESResponse
import R3MESTestSupport
import Testing

@testable import R3MESService

// A trap would end the whole run, so each of these tests fails by not coming back. What does come back is checked too: what
// a parser took must be written as something that it takes again.
@Suite("Parsers given random text")
struct ParserRobustnessTests {
    static let cases = 100_000

    @Test("take only addresses that come back")
    func wallets() {
        forAll(cases: Self.cases) { generator in
            let valid = try generator.wallet().description
            let text =
                Bool.random(using: &generator)
                ? generator.mutation(of: valid)
                : generator.text(of: "remes1qpzRy9x8 b", maximumLength: 100)
            if let address = try? WalletAddress(text) {
                try hold(address.description == text.lowercased(), text)
            }
            _ = try? Bech32.parse(text)
        }
    }

    @Test("take only amounts that come back")
    func credits() {
        forAll(cases: Self.cases) { generator in
            let valid = Credits(millionths: generator.int64()).description
            let text =
                Bool.random(using: &generator)
                ? generator.mutation(of: valid)
                : generator.text(of: "0123456789.-", maximumLength: 50)
            if let credits = try? Credits(text) {
                try hold(try Credits(credits.description) == credits, text)
            }
        }
    }

    @Test("take only moments that come back")
    func timestamps() {
        forAll(cases: Self.cases) { generator in
            let valid = Timestamp(microseconds: generator.int64()).description
            let text =
                Bool.random(using: &generator)
                ? generator.mutation(of: valid)
                : generator.text(of: "0123456789-:.TZ+", maximumLength: 70)
            if let timestamp = try? Timestamp(text) {
                try hold(try Timestamp(timestamp.description) == timestamp, text)
            }
        }
    }

    @Test("take only JSON that comes back, and that Foundation takes too")
    func json() {
        forAll(cases: Self.cases) { generator in
            let valid = String(decoding: generator.json(depth: 2).json, as: UTF8.self)
            let text =
                Bool.random(using: &generator)
                ? generator.mutation(of: valid)
                : generator.text(of: #"[]{},:"\u0dntrfe1.- "#, maximumLength: 30)
            if let value = try? JSONValue(json: text.utf8) {
                try hold(try JSONValue(json: value.json) == value, text)
                try hold((try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) == value, text)
                if case .object(let members) = value { _ = try? Metadata(members) }
            }
        }
    }

    @Test("take only keys that are what was presented")
    func keys() {
        forAll(cases: Self.cases) { generator in
            let valid = "r3k_" + Base64URL.encode(generator.bytes(count: 32))
            let text =
                Bool.random(using: &generator)
                ? generator.mutation(of: valid)
                : generator.text(of: "r3k_AZaz09-+", maximumLength: 60)
            if let secret = try? APIKey.Secret(text) {
                try hold(secret.revealed() == text, text)
            }
            _ = try? APIKey.Scopes(text)
        }
    }
}
