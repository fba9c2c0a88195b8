// SPDX-License-Identifier: Apache-2.0

public import HTTPTypes

extension ResponseError {
    /// The kind of a ``ResponseError``; more may be added in later versions.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case notAcceptable, unsupportedCoding, malformedBody, bodyTooLarge, invalidCursor, invalidField
            case preconditionFailed, invalidTimeout, deadlineExceeded, overloaded, rateLimited
            case compressionFailed, invalidConfiguration
        }

        private let kind: Kind

        /// The client accepts no coding that the server can send (406).
        public static let notAcceptable = Self(kind: .notAcceptable)
        /// The body comes in a content coding that is not known (415).
        public static let unsupportedCoding = Self(kind: .unsupportedCoding)
        /// The body is not what its content coding says (400).
        public static let malformedBody = Self(kind: .malformedBody)
        /// The body grows beyond what is allowed when it is unpacked (413).
        public static let bodyTooLarge = Self(kind: .bodyTooLarge)
        /// The cursor was changed, made up, or made for another list (400).
        public static let invalidCursor = Self(kind: .invalidCursor)
        /// A field was asked for that there is not (400).
        public static let invalidField = Self(kind: .invalidField)
        /// The resource is not in the state that `If-Match` or `If-None-Match` demands (412).
        public static let preconditionFailed = Self(kind: .preconditionFailed)
        /// `X-Request-Timeout` cannot be read (400).
        public static let invalidTimeout = Self(kind: .invalidTimeout)
        /// The request could not be answered in the time that it had (504).
        public static let deadlineExceeded = Self(kind: .deadlineExceeded)
        /// The server has more to do than it can (503).
        public static let overloaded = Self(kind: .overloaded)
        /// The caller has asked more often than allowed (429).
        public static let rateLimited = Self(kind: .rateLimited)
        /// A compression library refused to work, for want of memory (500).
        public static let compressionFailed = Self(kind: .compressionFailed)
        /// A configuration that cannot work; the message lists everything that is wrong (500).
        public static let invalidConfiguration = Self(kind: .invalidConfiguration)

        /// The name of the code.
        public var description: String { kind.rawValue }

        /// The status of the answer.
        public var status: HTTPResponse.Status {
            switch kind {
            case .malformedBody, .invalidCursor, .invalidField, .invalidTimeout: .badRequest
            case .notAcceptable: .notAcceptable
            case .preconditionFailed: .preconditionFailed
            case .bodyTooLarge: .contentTooLarge
            case .unsupportedCoding: .unsupportedMediaType
            case .rateLimited: .tooManyRequests
            case .compressionFailed, .invalidConfiguration: .internalServerError
            case .overloaded: .serviceUnavailable
            case .deadlineExceeded: .gatewayTimeout
            }
        }

        /// Whether the same request may succeed later, unchanged.
        public var isRetryable: Bool {
            switch kind {
            case .rateLimited, .overloaded, .deadlineExceeded, .compressionFailed: true
            default: false
            }
        }
    }
}
