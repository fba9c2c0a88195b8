// SPDX-License-Identifier: Apache-2.0

extension CacheError {
    /// The kind of a ``CacheError``; more may be added in later versions.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case invalidConfiguration, invalidTrace
            case unavailable, connectionLost, authenticationFailed, queueFull, deadlineExceeded, closed
            case serverError, unexpectedReply, protocolViolation, transactionAborted, unsupportedCommand
            case valueRefused
        }

        private let kind: Kind

        /// A configuration that cannot work; the message lists everything that is wrong.
        public static let invalidConfiguration = Self(kind: .invalidConfiguration)
        /// A recorded stream of keys that cannot be read; the message says where and why.
        public static let invalidTrace = Self(kind: .invalidTrace)

        /// There is no connection to Redis; the command has not been sent.
        public static let unavailable = Self(kind: .unavailable)
        /// The connection broke before the answer came: the command may or may not have been executed.
        public static let connectionLost = Self(kind: .connectionLost)
        /// Redis refused the user's name or password; the command has not been sent.
        public static let authenticationFailed = Self(kind: .authenticationFailed)
        /// As many commands wait as may; the command has not been sent.
        public static let queueFull = Self(kind: .queueFull)
        /// The command's timeout or the caller's deadline passed; if it was sent, it may have been executed.
        public static let deadlineExceeded = Self(kind: .deadlineExceeded)
        /// The client has been shut down; the command has not been sent.
        public static let closed = Self(kind: .closed)
        /// Redis answered with an error, the ``RESPError`` in ``CacheError/underlying``.
        public static let serverError = Self(kind: .serverError)
        /// Redis answered with a value of another kind than was asked for.
        public static let unexpectedReply = Self(kind: .unexpectedReply)
        /// What came is no answer of a Redis server; the connection was closed.
        public static let protocolViolation = Self(kind: .protocolViolation)
        /// A watched key changed, and nothing of the transaction was executed.
        public static let transactionAborted = Self(kind: .transactionAborted)
        /// The command would change the connection that others share, or does not work where it was sent.
        public static let unsupportedCommand = Self(kind: .unsupportedCommand)

        /// The value is larger, or has more tags, than can be stored.
        public static let valueRefused = Self(kind: .valueRefused)

        /// The name of the code.
        public var description: String { kind.rawValue }
    }
}
