// SPDX-License-Identifier: Apache-2.0

extension MemoryError {
    /// The kind of a ``MemoryError``; more may be added in later versions.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case invalidConfiguration, unreadable, leaked
        }

        private let kind: Kind

        /// A configuration that cannot work; the message lists everything that is wrong.
        public static let invalidConfiguration = Self(kind: .invalidConfiguration)
        /// The system does not tell what was asked: the file is missing or not in the expected form.
        public static let unreadable = Self(kind: .unreadable)
        /// Objects were alive after the scope that owned them had ended.
        public static let leaked = Self(kind: .leaked)

        /// The name of the code.
        public var description: String { kind.rawValue }
    }
}
