// SPDX-License-Identifier: Apache-2.0

/// The rule for what may not be seen in logs and messages.
///
/// Masked are:
/// - API keys, `r3k_…`: their first twelve characters stay, which is what a list of keys shows, too;
/// - passwords in URLs, `scheme://user:password@host`;
/// - values of parameters with a sensitive name, such as `password=…`.
///
/// A text is scanned once, byte by byte; one in which nothing is found is neither copied nor allocated.
public enum Redaction {
    /// What stands in the place of a secret.
    public static let marker = "‹redacted›"

    /// The text without its secrets.
    public static func text(_ text: String) -> String {
        masked(text) ?? text
    }

    /// The text without its secrets, or `nil` if it has none.
    static func masked(_ text: String) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            var result: [UInt8] = []
            var copied = 0
            var index = 0
            while index < bytes.count {
                guard let secret = secret(around: index, in: bytes, notBefore: copied) else {
                    index += 1
                    continue
                }
                result += bytes[copied..<secret.lowerBound]
                result += marker.utf8
                copied = secret.upperBound
                index = max(secret.upperBound, index + 1)
            }
            return copied == 0 ? nil : String(decoding: result + bytes[copied...], as: UTF8.self)
        }
    }

    /// Whether a value of this name is a secret, as `Authorization`, `x-api-key`, `dbPassword` and `access_token` are.
    ///
    /// Case and separators do not matter. Costs no allocation.
    public static func isSensitive(name: String) -> Bool {
        var name = name
        return name.withUTF8 { isSensitive(name: $0[...]) }
    }
}

extension Redaction {
    /// Words that make a name sensitive wherever they stand in it.
    private static let words: [StaticString] = [
        "authorization", "cookie", "credential", "passphrase", "passwd", "password", "privatekey", "secret",
    ]

    /// Words that make a name sensitive at its end only: `token_count` and `api_key_id` are harmless.
    private static let endings: [StaticString] = ["apikey", "apikeys", "token", "tokens", "bearer", "pwd"]

    static func isSensitive(name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        for start in name.indices {
            switch name[start] | 0x20 {
            case UInt8(ascii: "a")...UInt8(ascii: "c"), UInt8(ascii: "p"), UInt8(ascii: "s"), UInt8(ascii: "t"): break
            default: continue  // No word begins with another letter.
            }
            let rest = name[start...]
            for word in words where rest.firstMatchEnd(of: word) != nil { return true }
            for word in endings where rest.firstMatchEnd(of: word) == name.endIndex { return true }
        }
        return false
    }

    /// The range of the secret that the byte at an index gives away, if it does.
    private static func secret(
        around index: Int,
        in bytes: UnsafeBufferPointer<UInt8>,
        notBefore start: Int
    ) -> Range<Int>? {
        switch bytes[index] {
        case UInt8(ascii: "_"): keySecret(at: index, in: bytes)
        case UInt8(ascii: ":"): urlPassword(at: index, in: bytes)
        case UInt8(ascii: "="): parameterValue(at: index, in: bytes, notBefore: start)
        default: nil
        }
    }

    /// How much of an API key may be seen.
    private static let visibleKeyLength = 12

    /// The end of an API key, from the underscore of its `r3k_`.
    private static func keySecret(at underscore: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        let start = underscore - 3
        guard start >= 0, bytes[start..<underscore].elementsEqual("r3k".utf8) else { return nil }
        let end = bytes[underscore...].firstIndex { !$0.isWordByte } ?? bytes.endIndex
        let secret = start + visibleKeyLength
        return secret < end ? secret..<end : nil
    }

    /// The password in a URL, from the colon of its `://`.
    private static func urlPassword(at colon: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        guard colon + 3 <= bytes.count, bytes[colon + 1..<colon + 3].elementsEqual("//".utf8) else { return nil }
        let authority = bytes[(colon + 3)...].prefix { !($0.endsValue || "/?#".utf8.contains($0)) }
        guard
            let at = authority.lastIndex(of: UInt8(ascii: "@")),
            let separator = authority[..<at].firstIndex(of: UInt8(ascii: ":")),
            separator + 1 < at
        else { return nil }
        return separator + 1..<at
    }

    /// The value of a parameter with a sensitive name, from its equals sign.
    private static func parameterValue(
        at equals: Int,
        in bytes: UnsafeBufferPointer<UInt8>,
        notBefore start: Int
    ) -> Range<Int>? {
        let before = bytes[start..<equals]
        let name = before[(before.lastIndex { !$0.isWordByte }.map { $0 + 1 } ?? start)...]
        guard isSensitive(name: name) else { return nil }
        let value = bytes[(equals + 1)...]
        if let quote = value.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let inside = value.dropFirst().prefix { $0 != quote }
            return inside.isEmpty ? nil : inside.startIndex..<inside.endIndex
        }
        let text = value.prefix { !($0.endsValue || "&;,)]}".utf8.contains($0)) }
        return text.isEmpty ? nil : text.startIndex..<text.endIndex
    }
}

private extension Slice<UnsafeBufferPointer<UInt8>> {
    /// Where a lower-case word ends that begins right here, when case and separators are passed over.
    func firstMatchEnd(of word: StaticString) -> Int? {
        word.withUTF8Buffer { word in
            guard let first, first | 0x20 == word.first else { return nil }
            var position = startIndex
            for (offset, letter) in word.enumerated() {
                if offset > 0 {
                    while position < endIndex, "-_. ".utf8.contains(self[position]) { position += 1 }
                }
                guard position < endIndex, self[position] | 0x20 == letter else { return nil }
                position += 1
            }
            return position
        }
    }
}

private extension UInt8 {
    /// A letter, a digit, `_` or `-`.
    var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// A control character, a space, a quote or an angle bracket: no value goes on behind it.
    var endsValue: Bool {
        self <= 0x20 || self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") || self == UInt8(ascii: "<")
            || self == UInt8(ascii: ">")
    }
}
