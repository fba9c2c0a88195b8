// SPDX-License-Identifier: Apache-2.0

extension APIKey {
    /// What is kept of a key.
    public struct Record: Hashable, Sendable, Identifiable {
        /// What names the key.
        public let id: ID
        /// The wallet that the key belongs to; nil for an operator's key, which is bound to no wallet.
        public let wallet: WalletAddress?
        /// What the owner calls it.
        public let name: String
        /// The first characters of the key, which may be shown.
        public let prefix: String
        /// The digest of the whole key.
        public let digest: Digest
        /// What the key may do.
        public let scopes: Scopes
        /// When it was made.
        public let createdAt: Timestamp
        /// From when on it is no longer valid; nil for never.
        public let expiresAt: Timestamp?
        /// When it was withdrawn; nil if it was not.
        public var revokedAt: Timestamp?

        /// Makes a record as it is stored.
        public init(
            id: ID,
            wallet: WalletAddress?,
            name: String,
            prefix: String,
            digest: Digest,
            scopes: Scopes,
            createdAt: Timestamp,
            expiresAt: Timestamp? = nil,
            revokedAt: Timestamp? = nil
        ) {
            self.id = id
            self.wallet = wallet
            self.name = name
            self.prefix = prefix
            self.digest = digest
            self.scopes = scopes
            self.createdAt = createdAt
            self.expiresAt = expiresAt
            self.revokedAt = revokedAt
        }

        /// Whoever presents this key.
        public var principal: Principal {
            .key(id: id, wallet: wallet, scopes: scopes)
        }

        /// Accepts the key that this is the record of, while it is valid.
        ///
        /// - Throws: `credentialsInvalid` for another key and, whatever the time, for a revoked one; `credentialsExpired`
        ///   at and after its expiry, which only the holder of the right key is told.
        public func check(presented secret: Secret, at now: Timestamp) throws(ServiceError) {
            guard secret.digest == digest, revokedAt == nil else {
                throw ServiceError(.credentialsInvalid)
            }
            if let expiresAt, now >= expiresAt {
                throw ServiceError(.credentialsExpired)
            }
        }
    }

    /// Who presents a key, given the record that was found by its prefix.
    ///
    /// - Throws: `credentialsInvalid` without a record, and what ``Record/check(presented:at:)`` throws.
    public static func authenticate(
        _ secret: Secret,
        against record: Record?,
        at now: Timestamp
    ) throws(ServiceError) -> Principal {
        guard let record else { throw ServiceError(.credentialsInvalid) }
        try record.check(presented: secret, at: now)
        return record.principal
    }
}
