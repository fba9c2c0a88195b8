// SPDX-License-Identifier: Apache-2.0

internal import Crypto
import R3MESResponse

extension APIKey {
    /// The text of a key, as its owner presents it.
    ///
    /// Printing, dumping or reflecting it shows the ``prefix`` alone.
    public struct Secret: Sendable {
        private let text: String

        /// The characters of a key.
        public static let length = 47

        /// The characters of ``prefix``: the marker and 8 characters, which leave 208 random bits unsaid.
        public static let prefixLength = 12

        /// Takes a presented text in if it has the shape of a key, so that anything else is refused before it is looked up.
        ///
        /// - Throws: `credentialsInvalid`, and never says what was wrong.
        public init(_ presented: some StringProtocol) throws(ServiceError) {
            guard
                presented.utf8.count == Self.length,
                presented.utf8.starts(with: APIKey.marker.utf8),
                presented.utf8.dropFirst(APIKey.marker.utf8.count).allSatisfy(Base64URL.isCharacter)
            else { throw ServiceError(.credentialsInvalid) }
            text = String(presented)
        }

        private init(unchecked text: String) {
            self.text = text
        }

        /// Makes a key of 256 random bits.
        static func generate(using generator: inout some RandomNumberGenerator) -> Self {
            let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            return Self(unchecked: APIKey.marker + Base64URL.encode(bytes))
        }

        /// The first characters, by which a key is looked up and which may be shown.
        public var prefix: String { String(text.prefix(Self.prefixLength)) }

        /// The SHA-256 digest of the whole text.
        public var digest: Digest {
            var text = text
            return text.withUTF8 { bytes in
                var hash = SHA256()
                hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
                return Digest(hash.finalize())
            }
        }

        /// The whole text, for the one answer that shows it to its owner.
        public func revealed() -> String { text }
    }
}

extension APIKey.Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The prefix and an ellipsis.
    public var description: String { prefix + "…" }

    /// The prefix and an ellipsis.
    public var debugDescription: String { description }

    /// The prefix alone: a plain mirror would give the text away to `dump` and to test frameworks.
    public var customMirror: Mirror { Mirror(self, children: ["prefix": prefix]) }
}
