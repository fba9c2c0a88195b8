// SPDX-License-Identifier: Apache-2.0

internal import Crypto

extension APIKey {
    /// The SHA-256 digest of a key.
    public struct Digest: Hashable, Sendable {
        private let words: (UInt64, UInt64, UInt64, UInt64)

        /// The bytes of a digest.
        public static let byteCount = 32

        /// Takes a stored digest in, or gives nil unless it has 32 bytes.
        public init?(bytes: some Collection<UInt8>) {
            guard bytes.count == Self.byteCount else { return nil }
            self.init(unchecked: bytes)
        }

        init(_ digest: SHA256.Digest) {
            self.init(unchecked: digest)
        }

        private init(unchecked bytes: some Sequence<UInt8>) {
            var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
            for byte in bytes {
                words.0 = words.0 << 8 | words.1 >> 56
                words.1 = words.1 << 8 | words.2 >> 56
                words.2 = words.2 << 8 | words.3 >> 56
                words.3 = words.3 << 8 | UInt64(byte)
            }
            self.words = words
        }

        /// The 32 bytes to store.
        public var bytes: [UInt8] {
            [words.0, words.1, words.2, words.3].flatMap { word in
                (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
            }
        }

        /// Whether both digests are the same.
        ///
        /// The time does not depend on where they differ: all bits are combined before the one branch.
        public static func == (lhs: Self, rhs: Self) -> Bool {
            let difference =
                (lhs.words.0 ^ rhs.words.0) | (lhs.words.1 ^ rhs.words.1)
                | (lhs.words.2 ^ rhs.words.2) | (lhs.words.3 ^ rhs.words.3)
            return difference == 0
        }

        /// Hashes all bits.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(words.0)
            hasher.combine(words.1)
            hasher.combine(words.2)
            hasher.combine(words.3)
        }
    }
}

extension APIKey.Digest: CustomStringConvertible, CustomReflectable {
    /// That it is a digest, and no more.
    public var description: String { "SHA-256 digest" }

    /// No children, so that logs and dumps keep no digests.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
