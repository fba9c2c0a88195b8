// SPDX-License-Identifier: Apache-2.0

extension APIKey {
    /// What a key may do.
    ///
    /// A scope includes the lesser ones: ``admin`` includes ``write``, and ``write`` includes ``read``. A set that lacked
    /// them is completed when it is made.
    public struct Scopes: OptionSet, Hashable, Sendable {
        /// One bit for each scope, in the order of ``names``.
        public let rawValue: UInt8

        /// Makes a set from its bits; included scopes are added and unknown bits dropped.
        public init(rawValue: UInt8) {
            // The highest scope fills all bits below itself.
            let known = rawValue & 0b111
            self.rawValue = known == 0 ? 0 : UInt8.max >> UInt8(truncatingIfNeeded: known.leadingZeroBitCount)
        }

        /// Look at what the wallet has.
        public static let read = Self(rawValue: 0b001)
        /// Change what the wallet has, and make keys for it.
        public static let write = Self(rawValue: 0b010)
        /// Everything, for every wallet.
        public static let admin = Self(rawValue: 0b100)

        private static let named: [(name: String, scope: Self)] = [("read", read), ("write", write), ("admin", admin)]

        /// The names of all scopes that the set has, the least first.
        public var names: [String] {
            Self.named.filter { contains($0.scope) }.map(\.name)
        }

        /// Makes a set from names.
        ///
        /// - Throws: `invalidFields` for the field `scopes` if a name is unknown.
        public init(names: some Sequence<some StringProtocol>) throws(ServiceError) {
            var union: Self = []
            for name in names {
                guard let known = Self.named.first(where: { $0.name == name }) else {
                    let reason = "must be among read, write and admin"
                    throw ServiceError(.invalidFields, fieldErrors: [.init(field: "scopes", reason: reason)])
                }
                union.formUnion(known.scope)
            }
            self = union
        }
    }
}

extension APIKey.Scopes: CustomStringConvertible {
    /// The names with spaces between them, as OAuth 2.0 writes scopes (RFC 6749, section 3.3): `read write`.
    public var description: String { names.joined(separator: " ") }

    /// Reads the names from a text such as `read write`.
    ///
    /// - Throws: `invalidFields` for the field `scopes` if a name is unknown.
    public init(_ text: String) throws(ServiceError) {
        try self.init(names: text.split(separator: " "))
    }
}
