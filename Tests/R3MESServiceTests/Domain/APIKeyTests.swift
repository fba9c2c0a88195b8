// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESResponse
import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("API keys")
struct APIKeyTests {
    static let now = Timestamp(microseconds: 1_767_323_045_000_006)

    static func issue(expiresAt: Timestamp? = nil, seed: UInt64 = 1) throws -> APIKey.Issued {
        var generator = SeededGenerator(seed: seed)
        let wallet = try generator.wallet()
        return try APIKey.issue(
            name: "laptop",
            scopes: .write,
            wallet: wallet,
            at: now,
            expiresAt: expiresAt,
            using: &generator
        )
    }

    @Test("carry the marker and 256 random bits, and differ")
    func shape() throws {
        var seen: Set<String> = []
        for _ in 0..<100 {
            let text = try APIKey.issue(name: "a", scopes: .read, wallet: nil, at: Self.now).secret.revealed()
            #expect(text.utf8.count == 47)
            #expect(text.hasPrefix("r3k_"))
            #expect(seen.insert(text).inserted)
        }
    }

    @Test("are named by 32 hexadecimal digits, which no command line takes for an option", arguments: UInt64(1)...20)
    func identifier(seed: UInt64) throws {
        let id = try Self.issue(seed: seed).record.id
        #expect(id.utf8.count == 32)
        #expect(id.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    }

    @Test("are base64url of the bits that the generator gave")
    func encoding() {
        forAll(cases: 1000) { generator in
            let bytes = generator.bytes(count: Int.random(in: 0...40, using: &generator))
            let reference = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            try hold(Base64URL.encode(bytes) == reference.prefix { $0 != "=" }, "\(bytes)")
        }
    }

    @Test("have the SHA-256 digest of their whole text")
    func digest() throws {
        let secret = try APIKey.Secret("r3k_" + String(repeating: "A", count: 43))
        // printf 'r3k_AAA…' | sha256sum
        let expected = "65aeb6322825e1c69bb767114fb90f54f9ccea8b16b2b280a8b3a1059fb2feac"
        let digits = secret.digest.bytes.flatMap { [$0 >> 4, $0 & 15] }.map { String($0, radix: 16) }
        #expect(digits.joined() == expected)
        #expect(APIKey.Digest(bytes: secret.digest.bytes) == secret.digest)
        #expect(APIKey.Digest(bytes: secret.digest.bytes.dropLast()) == nil)
    }

    @Test("are equal in their digests only if every bit is")
    func comparison() {
        forAll(cases: 500) { generator in
            let bytes = generator.bytes(count: 32)
            let digest = try #require(APIKey.Digest(bytes: bytes))
            try hold(digest == APIKey.Digest(bytes: bytes), "\(bytes)")
            for bit in 0..<256 {
                var changed = bytes
                changed[bit / 8] ^= 1 << UInt8(bit % 8)
                try hold(digest != APIKey.Digest(bytes: changed), "bit \(bit) of \(bytes)")
            }
        }
    }

    @Test(
        "of another shape are refused without a reason",
        arguments: [
            "", "r3k_", "r3k_" + String(repeating: "A", count: 42), "r3k_" + String(repeating: "A", count: 44),
            "r3k-" + String(repeating: "A", count: 43), "R3K_" + String(repeating: "A", count: 43),
            "r3k_" + String(repeating: "A", count: 42) + "+", "r3k_" + String(repeating: "A", count: 42) + "=",
            "r3k_" + String(repeating: "A", count: 42) + " ", "r3k_" + String(repeating: "A", count: 41) + "é",
        ]
    )
    func wrongShape(text: String) {
        let error = expect(.credentialsInvalid) { try APIKey.Secret(text) }
        #expect(error?.detail == ServiceError.Code.credentialsInvalid.title)
    }

    @Test("never show more than their prefix")
    func redaction() throws {
        let issued = try Self.issue()
        let text = issued.secret.revealed()
        let hidden = text.dropFirst(APIKey.Secret.prefixLength)
        var outputs = [
            String(describing: issued.secret), String(reflecting: issued.secret), "\(issued.secret)",
            "\([issued.secret])", "\(Optional(issued.secret) as Any)", "\(issued)", String(reflecting: issued),
            "\(Mirror(reflecting: issued.secret).children.map(\.value))", issued.secret.debugDescription,
        ]
        var dumped = ""
        dump(issued, to: &dumped)
        dump([issued.secret], to: &dumped)
        outputs.append(dumped)
        for output in outputs {
            #expect(!output.contains(hidden.prefix(6)))
            #expect(output.contains(issued.secret.prefix))
        }
        #expect(issued.record.prefix == text.prefix(12))
        #expect(!"\(issued.record)".contains("\(issued.record.digest.bytes)"))
    }

    @Test("are accepted until they expire or are revoked")
    func lifetime() throws {
        let expiry = Self.now.advanced(by: .seconds(60))
        let issued = try Self.issue(expiresAt: expiry)
        let other = try Self.issue(seed: 2).secret
        var record = issued.record
        try record.check(presented: issued.secret, at: expiry.advanced(by: .microseconds(-1)))
        expect(.credentialsExpired) { try record.check(presented: issued.secret, at: expiry) }
        expect(.credentialsInvalid) { try record.check(presented: other, at: expiry) }
        record.revokedAt = Self.now
        expect(.credentialsInvalid) { try record.check(presented: issued.secret, at: Self.now) }
        expect(.credentialsInvalid) { try record.check(presented: issued.secret, at: expiry) }
    }

    @Test("tell who presents them, and a stranger nothing")
    func authentication() throws {
        let issued = try Self.issue()
        let principal = try APIKey.authenticate(issued.secret, against: issued.record, at: Self.now)
        #expect(principal == .key(id: issued.record.id, wallet: issued.record.wallet, scopes: .write))
        expect(.credentialsInvalid) { try APIKey.authenticate(issued.secret, against: nil, at: Self.now) }
    }

    @Test("are not made of wrong parts, and all of these are named")
    func issuing() {
        let error = expect(.invalidFields) {
            try APIKey.issue(name: "a\nb", scopes: [], wallet: nil, at: Self.now, expiresAt: Self.now)
        }
        #expect(error?.fieldErrors.map(\.field) == ["name", "scopes", "expires_at"])
        for name in ["", String(repeating: "n", count: 65), "\u{7F}", "\u{85}"] {
            expect(.invalidFields) { try APIKey.issue(name: name, scopes: .read, wallet: nil, at: Self.now) }
        }
    }
}

@Suite("Scopes")
struct ScopesTests {
    @Test("include the lesser ones")
    func inclusion() {
        #expect(APIKey.Scopes.admin.names == ["read", "write", "admin"])
        #expect(APIKey.Scopes.write.names == ["read", "write"])
        #expect(APIKey.Scopes.read.names == ["read"])
        #expect(!APIKey.Scopes.read.contains(.write))
        #expect(!APIKey.Scopes.write.contains(.admin))
    }

    @Test("come back from their text and from any bits", arguments: UInt8.min...UInt8.max)
    func roundTrip(bits: UInt8) throws {
        let scopes = APIKey.Scopes(rawValue: bits)
        #expect(try APIKey.Scopes(scopes.description) == scopes)
        #expect(APIKey.Scopes(rawValue: scopes.rawValue) == scopes)
        #expect(scopes.isEmpty == (bits & 7 == 0))
    }

    @Test("are not read from unknown names", arguments: ["root", "Read", "read,write", "read root"])
    func unknown(text: String) {
        let error = expect(.invalidFields) { try APIKey.Scopes(text) }
        #expect(error?.fieldErrors.map(\.field) == ["scopes"])
    }
}
