// SPDX-License-Identifier: Apache-2.0

extension BatchError {
    /// The kind of a ``BatchError``; more may be added in later versions.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case invalidConfiguration, missingValue, closed, itemTooLarge, notWritten, alreadyRunning
            case journalUnavailable, journalDamaged
        }

        private let kind: Kind

        /// A configuration that cannot work; the message lists everything that is wrong.
        public static let invalidConfiguration = Self(kind: .invalidConfiguration)
        /// The batch that was loaded held nothing for the key.
        public static let missingValue = Self(kind: .missingValue)
        /// The writer no longer takes items.
        public static let closed = Self(kind: .closed)
        /// The item alone is over the writer's bound.
        public static let itemTooLarge = Self(kind: .itemTooLarge)
        /// The writer had to stop before the item was written.
        public static let notWritten = Self(kind: .notWritten)
        /// The writer is run already, or was.
        public static let alreadyRunning = Self(kind: .alreadyRunning)
        /// The journal file cannot be opened, locked, read or written.
        public static let journalUnavailable = Self(kind: .journalUnavailable)
        /// The journal file holds what no journal of this library holds.
        public static let journalDamaged = Self(kind: .journalDamaged)

        /// The name of the code.
        public var description: String { kind.rawValue }
    }
}
