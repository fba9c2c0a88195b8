// SPDX-License-Identifier: Apache-2.0

extension NetworkError {
    /// The kind of a ``NetworkError``; more may be added in later versions.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        enum Kind: String, CaseIterable {
            case connectionFailed, connectTimeout, readTimeout, tryTimeout, deadlineExceeded, connectionClosed
            case invalidResponse, responseTooLarge, refused, circuitOpen, bulkheadFull, invalidRequest, stopped
            case invalidConfiguration, cancelled, other
        }

        let kind: Kind

        /// No connection could be made: refused, unreachable, unknown host, failed TLS handshake.
        public static let connectionFailed = Self(kind: .connectionFailed)
        /// No connection was made within the connect timeout.
        public static let connectTimeout = Self(kind: .connectTimeout)
        /// The server sent nothing for as long as the read timeout.
        public static let readTimeout = Self(kind: .readTimeout)
        /// One try took longer than the timeout for a single try.
        public static let tryTimeout = Self(kind: .tryTimeout)
        /// The call's total timeout or the caller's deadline passed.
        public static let deadlineExceeded = Self(kind: .deadlineExceeded)
        /// The server closed or reset the connection before its answer was whole.
        public static let connectionClosed = Self(kind: .connectionClosed)
        /// The server sent what is not HTTP.
        public static let invalidResponse = Self(kind: .invalidResponse)
        /// The answer is larger than the limit.
        public static let responseTooLarge = Self(kind: .responseTooLarge)
        /// The server said that it has not looked at the request (HTTP/2 `REFUSED_STREAM`, or `GOAWAY` before it).
        public static let refused = Self(kind: .refused)
        /// Not sent: the host's circuit breaker is open.
        public static let circuitOpen = Self(kind: .circuitOpen)
        /// Not sent: the host already has as many calls in flight and waiting as it may.
        public static let bulkheadFull = Self(kind: .bulkheadFull)
        /// Not sent: the request cannot be expressed in HTTP, or names no place to go.
        public static let invalidRequest = Self(kind: .invalidRequest)
        /// Not sent: the client is shutting down.
        public static let stopped = Self(kind: .stopped)
        /// A configuration that cannot work; the message lists everything that is wrong.
        public static let invalidConfiguration = Self(kind: .invalidConfiguration)
        /// Anything else that the HTTP client reports; see ``NetworkError/underlying``.
        public static let other = Self(kind: .other)

        /// The caller left; becomes `CancellationError` where it leaves the library.
        static let cancelled = Self(kind: .cancelled)

        /// The name of the code.
        public var description: String { kind.rawValue }
    }
}
