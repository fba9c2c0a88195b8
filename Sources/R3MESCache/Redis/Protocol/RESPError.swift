// SPDX-License-Identifier: Apache-2.0

/// A refusal in a Redis server's own words.
///
/// The words may repeat what was sent, so ``text`` is for a log that may hold keys; ``description`` is the code alone.
public struct RESPError: Error, Hashable, Sendable {
    /// All that the server said, such as `WRONGTYPE Operation against a key…`.
    public let text: String

    /// Makes an error of a server's words.
    public init(_ text: String) {
        self.text = text
    }

    /// The first word, by which programs tell errors apart, such as `ERR`, `WRONGTYPE` or `NOSCRIPT`.
    public var code: String {
        let word = text.prefix { $0 != " " }
        // A word of anything but letters is no code, and might repeat what was sent.
        return word.allSatisfy { $0.isASCII && $0.isLetter && $0.isUppercase } ? String(word) : "ERR"
    }
}

extension RESPError: CustomStringConvertible {
    /// The code.
    public var description: String { code }
}
