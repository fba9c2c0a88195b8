// SPDX-License-Identifier: Apache-2.0

extension ServiceError {
    /// A stable error code such as `R3MES-1004`.
    ///
    /// Clients may branch on it: a number is never given a second meaning, and its HTTP status does not change. All codes
    /// stand in ``ServiceError/Code/all`` and in `docs/errors.md`, which is generated from there.
    public struct Code: Hashable, Sendable {
        /// The number, whose thousands are the ``category-swift.property``.
        public let number: Int

        /// The HTTP status that an answer with this code has.
        public let status: Int

        /// The short text that is the same for every error with this code.
        public let title: String

        init(_ number: Int, status: Int, _ title: String) {
            self.number = number
            self.status = status
            self.title = title
        }

        /// Codes are told apart by number alone.
        public static func == (lhs: Code, rhs: Code) -> Bool {
            lhs.number == rhs.number
        }

        /// Hashes the number.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(number)
        }
    }
}

extension ServiceError.Code: CustomStringConvertible {
    /// The code as clients see it, such as `R3MES-1004`.
    public var description: String { "R3MES-\(number)" }
}

extension ServiceError.Code {
    /// What an error is about; the thousands of its number.
    public enum Category: Int, CaseIterable, Sendable {
        /// The request is malformed or names what is not there.
        case validation = 1
        /// Who is asking, and what that key may do.
        case authentication = 2
        /// A rule of the R3MES network: wallets, credits, keys, miners.
        case domain = 3
        /// The database refused, is busy or is away.
        case database = 4
        /// The cache is away or holds what cannot be read.
        case cache = 5
        /// A socket or another server.
        case network = 6
        /// The service's own settings.
        case configuration = 7
        /// A defect of ours.
        case `internal` = 9
    }

    /// The category that the number falls in.
    public var category: Category {
        Category(rawValue: number / 1000) ?? .internal
    }

    /// Whether the same request may succeed later without being changed.
    public var isRetryable: Bool {
        status == 429 || status == 503 || status == 504
    }
}
