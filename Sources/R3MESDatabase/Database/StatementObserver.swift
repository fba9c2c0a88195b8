// SPDX-License-Identifier: Apache-2.0

/// Is told of each statement that has ended: for profiles and logs.
///
/// Called on the way of every statement, so it should take no longer than a few hundred nanoseconds and must not block.
public protocol StatementObserver: Sendable {
    /// A statement has ended.
    func statementEnded(_ event: StatementEvent)
}

/// A statement that has ended.
public struct StatementEvent: Sendable {
    /// The statement's text, with placeholders for its values.
    public let text: String
    /// ``StatementOptions/name``.
    public let name: String?
    /// From the call to its end, waiting included.
    public let duration: Duration
    /// How many rows it returned or changed; zero if it failed.
    public let rows: Int
    /// Why it failed; nil if it succeeded or its task was cancelled.
    public let error: DatabaseError.Code?
    /// Whether it was part of a transaction.
    public let isInTransaction: Bool
}
