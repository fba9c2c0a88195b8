// SPDX-License-Identifier: Apache-2.0

/// Which users a list shows, and in which order.
///
/// Every order ends with the wallet address, which is unique: without that tie-break, users with equal values could be
/// shown twice or not at all at the border of two pages.
public struct UserQuery: Hashable, Sendable {
    /// What users are ordered by.
    public enum Key: String, CaseIterable, Sendable {
        /// The time of registration.
        case createdAt = "created_at"
        /// The balance.
        case credits
        /// The address, by its characters.
        case wallet = "wallet_address"
    }

    /// The first thing to order by; the wallet address decides between equals, in the same direction.
    public var key: Key = .createdAt
    /// Whether the largest comes first.
    public var isDescending = false
    /// Only miners, only others, or both when nil.
    public var isMiner: Bool?
    /// Only users with this balance or more.
    public var minimumCredits: Credits?
    /// Only users who registered later than this.
    public var createdAfter: Timestamp?

    /// All users in order of registration.
    public init() {}

    /// The place of one user in an order: where a page ends and the next begins.
    public struct Position: Hashable, Sendable {
        /// Microseconds or millionths, by the key; 0 when the wallet itself is the key.
        public var value: Int64
        /// The wallet of the last user shown.
        public var wallet: WalletAddress

        /// Makes a position.
        public init(value: Int64, wallet: WalletAddress) {
            self.value = value
            self.wallet = wallet
        }
    }
}
