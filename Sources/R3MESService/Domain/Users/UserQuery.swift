// SPDX-License-Identifier: Apache-2.0

/// Which users a list shows, and in which order.
///
/// Every order is total: of two users with the same value, the one registered first counts as smaller. Without that
/// tie-break, equals could be shown twice or not at all at the border of two pages.
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

    /// What to order by.
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
    public enum Position: Hashable, Sendable {
        /// In an order by time or credits: microseconds or millionths, and the number of the user among equals.
        case value(Int64, number: Int64)
        /// In the order of wallets.
        case wallet(WalletAddress)
    }
}
