// SPDX-License-Identifier: Apache-2.0

extension CacheError {
    /// The kind of a ``CacheError``; more may be added in later versions.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case invalidConfiguration, invalidTrace
        }

        private let kind: Kind

        /// A configuration that cannot work; the message lists everything that is wrong.
        public static let invalidConfiguration = Self(kind: .invalidConfiguration)
        /// A recorded stream of keys that cannot be read; the message says where and why.
        public static let invalidTrace = Self(kind: .invalidTrace)

        /// The name of the code.
        public var description: String { kind.rawValue }
    }
}
