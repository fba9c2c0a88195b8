// SPDX-License-Identifier: Apache-2.0

/// A posting as it stands in the ledger, where it is never changed.
public struct LedgerEntry: Hashable, Sendable, Identifiable {
    /// The number of the entry.
    ///
    /// Of two entries of a wallet, the later has the larger number.
    public let id: Int64
    /// What changed.
    public let posting: Posting
    /// When it was written.
    public let createdAt: Timestamp

    /// Makes an entry as it is stored.
    public init(id: Int64, posting: Posting, createdAt: Timestamp) {
        self.id = id
        self.posting = posting
        self.createdAt = createdAt
    }
}
