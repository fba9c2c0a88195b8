// SPDX-License-Identifier: Apache-2.0

/// A user as a file brings it: with a balance instead of a ledger.
///
/// What the file leaves open is nil: it keeps its value when a user is updated.
public struct UserRecord: Hashable, Sendable {
    /// The address that names the user.
    public var wallet: WalletAddress
    /// The balance; that of a new user is zero when the file does not say.
    public var credits: Credits?
    /// Whether the user is a miner; a new user is none when the file does not say.
    public var isMiner: Bool?
    /// When the wallet was registered; nil for the time of the import.
    public var createdAt: Timestamp?
    /// What the user's own programs attached.
    public var metadata: Metadata?

    /// Makes a record.
    public init(
        wallet: WalletAddress,
        credits: Credits? = nil,
        isMiner: Bool? = nil,
        createdAt: Timestamp? = nil,
        metadata: Metadata? = nil
    ) {
        self.wallet = wallet
        self.credits = credits
        self.isMiner = isMiner
        self.createdAt = createdAt
        self.metadata = metadata
    }

    /// The columns of a CSV file and the members of an NDJSON object.
    ///
    /// Only the first is required.
    public static let columns = ["wallet_address", "credits", "is_miner", "created_at", "metadata"]
}

extension UserRecord {
    /// Reads a record from an NDJSON line or the fields of a CSV row, checking all of it.
    init(fields: consuming ObjectFields) throws(ServiceError) {
        let wallet = fields.wallet("wallet_address")
        let credits = fields.optionalCredits("credits")
        let isMiner = fields.optionalBoolean("is_miner")
        let createdAt = fields.optionalTimestamp("created_at")
        let metadata = fields.optionalMetadata("metadata")
        if let credits, credits < .zero {
            fields.refuse("credits", "must not be negative")
        }
        self.init(
            wallet: try fields.required(wallet),
            credits: credits,
            isMiner: isMiner,
            createdAt: createdAt,
            metadata: metadata
        )
    }
}
