// SPDX-License-Identifier: Apache-2.0

/// A registered wallet and what is known of it.
public struct User: Hashable, Sendable {
    /// The address that names the user.
    public var wallet: WalletAddress
    /// The balance: at every moment the sum of the wallet's ledger entries.
    public var credits: Credits
    /// Whether the user trains models for the network.
    public var isMiner: Bool
    /// When the wallet was registered.
    public var createdAt: Timestamp
    /// When anything of this value changed last.
    public var updatedAt: Timestamp
    /// When the user reported mining last.
    public var lastMiningAt: Timestamp?
    /// What the user's own programs attached.
    public var metadata: Metadata

    /// Makes a user as it is stored.
    public init(
        wallet: WalletAddress,
        credits: Credits = .zero,
        isMiner: Bool = false,
        createdAt: Timestamp,
        updatedAt: Timestamp? = nil,
        lastMiningAt: Timestamp? = nil,
        metadata: Metadata = Metadata()
    ) {
        self.wallet = wallet
        self.credits = credits
        self.isMiner = isMiner
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
        self.lastMiningAt = lastMiningAt
        self.metadata = metadata
    }
}
