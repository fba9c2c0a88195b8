// SPDX-License-Identifier: Apache-2.0

import R3MESTestSupport
import Testing

@testable import R3MESService

@Suite("Redaction")
struct RedactionTests {
    @Test(
        "an API key keeps its first twelve characters",
        arguments: [
            ("r3k_abcdefgh0123456789", "r3k_abcdefgh‹redacted›"),
            ("key r3k_abcdefgh0123456789, please", "key r3k_abcdefgh‹redacted›, please"),
            ("(r3k_abcdefghi)", "(r3k_abcdefgh‹redacted›)"),
            ("r3k_abcdefghi r3k_ABCDEFGHI", "r3k_abcdefgh‹redacted› r3k_ABCDEFGH‹redacted›"),
            ("r3k_a_b-c_d_e_f_g", "r3k_a_b-c_d_‹redacted›"),
            ("héllo r3k_abcdefghi ünd", "héllo r3k_abcdefgh‹redacted› ünd"),
        ]
    )
    func keys(text: String, masked: String) {
        #expect(Redaction.text(text) == masked)
    }

    @Test(
        "a password in a URL is masked, and the rest stays",
        arguments: [
            ("postgres://me:hunter2@host:5432/db", "postgres://me:‹redacted›@host:5432/db"),
            ("redis://:hunter2@host", "redis://:‹redacted›@host"),
            ("to https://a:b@c/d and http://e:f@g.", "to https://a:‹redacted›@c/d and http://e:‹redacted›@g."),
            ("postgres://me:hun@ter2@host/db", "postgres://me:‹redacted›@host/db"),
            ("postgres://me:hun:ter2@host/db", "postgres://me:‹redacted›@host/db"),
            ("\"postgres://me:hunter2@a,b/db\"", "\"postgres://me:‹redacted›@a,b/db\""),
        ]
    )
    func urls(text: String, masked: String) {
        #expect(Redaction.text(text) == masked)
    }

    @Test(
        "a parameter with a sensitive name is masked",
        arguments: [
            ("postgres://h/db?password=hunter2&sslmode=require", "postgres://h/db?password=‹redacted›&sslmode=require"),
            ("host=h password=hunter2 user=me", "host=h password=‹redacted› user=me"),
            ("password='hun ter2' user=me", "password='‹redacted›' user=me"),
            ("access_token=abc", "access_token=‹redacted›"),
            ("api-key=abc; token=def", "api-key=‹redacted›; token=‹redacted›"),
        ]
    )
    func parameters(text: String, masked: String) {
        #expect(Redaction.text(text) == masked)
    }

    @Test(
        "harmless texts stay as they are",
        arguments: [
            "", "r3k_", "r3k_abcdefgh", "ar3_abcdefghijklmn", "r3k", "_", ":", "://", "=", "a://b",
            "http://host:8080/x@y",
            "https://me@host/", "https://me:@host/", "mailto:a@b", "12:34:56 user=me", "token_count=3", "password=",
            "http://[::1]:8080/path?q=a:b@c", "SELECT 1 -- a=b", "wallet remes1qqqsyqcyq5rqwzqfpg9scrgwpugpzysn",
        ]
    )
    func harmless(text: String) {
        #expect(Redaction.masked(text) == nil)
        #expect(Redaction.text(text) == text)
    }

    @Test("several secrets of several kinds in one text are all masked")
    func several() {
        let text = "r3k_abcdefgh0123 at postgres://me:hunter2@h/d?password=hunter3 with token=hunter4"
        let masked = Redaction.text(text)
        #expect(
            masked == "r3k_abcdefgh‹redacted› at postgres://me:‹redacted›@h/d?password=‹redacted› with token=‹redacted›"
        )
    }

    @Test("masking twice changes nothing more")
    func idempotent() {
        let once = Redaction.text("postgres://me:hunter2@h r3k_abcdefgh0123 password=x")
        #expect(Redaction.text(once) == once)
    }

    @Test(
        "names of secrets are known in every spelling",
        arguments: [
            "authorization", "Authorization", "Proxy-Authorization", "cookie", "Set-Cookie", "password", "dbPassword",
            "DB_PASSWORD", "passwd", "password_hash", "secret", "client-secret", "cursor.secret", "token",
            "access_token",
            "refreshToken", "api-key", "X-API-Key", "apikey", "api_key", "private-key", "credentials", "pass-phrase",
        ]
    )
    func sensitiveNames(name: String) {
        #expect(Redaction.isSensitive(name: name))
    }

    @Test(
        "other names are not taken for secrets",
        arguments: [
            "", "user", "wallet", "key", "api", "api_key_id", "token_count", "keys", "monkey", "passenger", "author",
            "request_id", "cursor", "hash", "compass",
        ]
    )
    func harmlessNames(name: String) {
        #expect(!Redaction.isSensitive(name: name))
    }

    @Test("in random texts a key is found wherever it stands")
    func random() {
        let alphabet = Array("abr3k_:/@=? é‹\"x&.")
        forAll { generator in
            let noise = (0..<2).map { _ in
                String((0..<12).compactMap { _ in alphabet.randomElement(using: &generator) })
            }
            let text = noise[0] + " r3k_abcdefghSECRETPART " + noise[1]
            try hold(!Redaction.text(text).contains("SECRETPART"), "the key stands in \(Redaction.text(text))")
        }
    }

    @Test("in random texts nothing is lost but what is masked")
    func randomRemainder() {
        let alphabet = Array("ar3k_:/@= é\"&")
        forAll { generator in
            let text = String((0..<30).compactMap { _ in alphabet.randomElement(using: &generator) })
            let parts = Redaction.text(text).split(separator: Redaction.marker, omittingEmptySubsequences: false)
            var rest = text[...]
            for part in parts {
                guard !part.isEmpty else { continue }
                guard let range = rest.firstRange(of: part) else {
                    throw Falsified(reason: "\(part) is not in \(text)")
                }
                rest = rest[range.upperBound...]
            }
        }
    }
}
