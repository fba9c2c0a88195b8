// SPDX-License-Identifier: Apache-2.0

extension ConcurrencyError {
    /// The kind of a ``ConcurrencyError``; more may be added in later versions.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case queueFull, deadlineExceeded, timedOut, shed, displaced, stopped, reentrantCall, missingResult
            case invalidConfiguration
        }

        private let kind: Kind

        /// The queue had no room for one more waiter.
        public static let queueFull = Self(kind: .queueFull)
        /// The caller's ``Deadline`` passed, or is too near for the work to be done in time.
        public static let deadlineExceeded = Self(kind: .deadlineExceeded)
        /// The timeout given to ``withTimeout(_:gracePeriod:clock:operation:)`` passed.
        public static let timedOut = Self(kind: .timedOut)
        /// Refused because of overload: the queue has been standing for too long.
        public static let shed = Self(kind: .shed)
        /// Was waiting, and had to make room for another.
        public static let displaced = Self(kind: .displaced)
        /// The component no longer takes work.
        public static let stopped = Self(kind: .stopped)
        /// An operation asked for the very result it is about to produce and would have waited for itself for ever.
        public static let reentrantCall = Self(kind: .reentrantCall)
        /// An operation for several keys gave no result for one of them.
        public static let missingResult = Self(kind: .missingResult)
        /// A configuration that cannot work; the message lists everything that is wrong.
        public static let invalidConfiguration = Self(kind: .invalidConfiguration)

        /// The name of the code.
        public var description: String { kind.rawValue }
    }
}
