// SPDX-License-Identifier: Apache-2.0

/// A change of one wallet's balance, computed and not yet stored.
public struct Posting: Hashable, Sendable {
    /// Why credits came or went.
    public enum Kind: String, CaseIterable, Sendable {
        /// The network gave credits.
        case credit
        /// The network took credits.
        case debit
        /// Credits came from another wallet.
        case transferIn = "transfer_in"
        /// Credits went to another wallet.
        case transferOut = "transfer_out"

        /// Whether the kind adds to a balance.
        public var isIncoming: Bool {
            switch self {
            case .credit, .transferIn: true
            case .debit, .transferOut: false
            }
        }
    }

    /// Whose balance changes.
    public let wallet: WalletAddress
    /// By how much; negative for what goes.
    public let amount: Credits
    /// The balance once the change is made.
    public let balanceAfter: Credits
    /// Why.
    public let kind: Kind
    /// The other wallet of a transfer.
    public let counterparty: WalletAddress?
    /// What the caller gave as the reason.
    public let reason: String?
    /// What both postings of a transfer have in common.
    public let transferID: String?

    /// Makes a posting as it is stored.
    public init(
        wallet: WalletAddress,
        amount: Credits,
        balanceAfter: Credits,
        kind: Kind,
        counterparty: WalletAddress? = nil,
        reason: String? = nil,
        transferID: String? = nil
    ) {
        self.wallet = wallet
        self.amount = amount
        self.balanceAfter = balanceAfter
        self.kind = kind
        self.counterparty = counterparty
        self.reason = reason
        self.transferID = transferID
    }
}
