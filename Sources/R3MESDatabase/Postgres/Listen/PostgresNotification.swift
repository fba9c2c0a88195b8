// SPDX-License-Identifier: Apache-2.0

/// A message that a session sent by `NOTIFY`.
public struct PostgresNotification: Sendable, Hashable {
    /// The channel that it was sent to.
    public let channel: String
    /// What was sent; empty if nothing was.
    public let payload: String
    /// The server's process that sent it.
    public let processID: Int32
}
