// SPDX-License-Identifier: Apache-2.0

@testable import R3MESCache
import R3MESTestSupport
import Testing

@Suite("GlobPattern")
struct GlobPatternTests {
    @Test(
        "matches as Redis does",
        arguments: [
            ("", "", true), ("", "a", false), ("*", "", true), ("**", "abc", true), ("a*c", "abbc", true),
            ("a*c", "abcd", false), ("?", "", false), ("?", "a", true), ("??", "é", true), ("[a-c]x", "bx", true),
            ("[c-a]x", "bx", true), ("[^a-c]x", "bx", false), ("[^a-c]x", "dx", true), ("[abc", "c", true),
            ("[]", "a", false), ("[\\]]", "]", true), ("[a-]", "-", true), ("[-a]", "-", true), ("\\*", "*", true),
            ("\\*", "a", false), ("a\\", "a\\", true), ("*a*b*", "xaxbx", true), ("*a*b*", "xbxax", false),
            ("a\0*", "a\0b", true), ("[^]", "x", true), ("[", "x", false),
        ]
    )
    func byHand(pattern: String, key: String, matches: Bool) {
        #expect(GlobPattern(pattern).matches(key) == matches)
    }

    /// By trying everything.
    private func naive(_ pattern: ArraySlice<UInt8>, _ key: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return key.isEmpty }
        let rest = pattern.dropFirst()
        switch first {
        case UInt8(ascii: "*"): return naive(rest, key) || !key.isEmpty && naive(pattern, key.dropFirst())
        case UInt8(ascii: "?"): return !key.isEmpty && naive(rest, key.dropFirst())
        default: return key.first == first && naive(rest, key.dropFirst())
        }
    }

    @Test("matches as trying everything does, and its beginning is that of every match")
    func model() {
        forAll(cases: 1000) { generator in
            func text(_ letters: [Character], _ generator: inout SeededGenerator) -> String {
                String(
                    (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                        letters.randomElement(using: &generator) ?? "a"
                    }
                )
            }
            let (pattern, key) = (text(["a", "b", "*", "?"], &generator), text(["a", "b"], &generator))
            let glob = GlobPattern(pattern)
            let expected = naive(Array(pattern.utf8)[...], Array(key.utf8)[...])
            try hold(glob.matches(key) == expected, "\(pattern) on \(key)")
            try hold(!expected || key.utf8.starts(with: glob.prefix), "the beginning of \(pattern)")
            try hold(!glob.isPrefix || expected == key.utf8.starts(with: glob.prefix), "\(pattern) as a beginning")
        }
    }

    @Test("Random patterns never stop the program, and hostile ones take no longer than length times length")
    func hostile() {
        forAll(cases: 500) { generator in
            let bytes = generator.bytes(count: 12).map { $0 < 128 ? Array("*?[]^-\\ab".utf8)[Int($0) % 9] : $0 }
            _ = GlobPattern(String(decoding: bytes, as: UTF8.self)).matches("ab-]^*")
        }
        // Trying everything would take longer than the universe has.
        let many = String(repeating: "a*", count: 40) + "b"
        #expect(!GlobPattern(many).matches(String(repeating: "a", count: 200)))
    }
}
