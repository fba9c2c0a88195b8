// SPDX-License-Identifier: Apache-2.0

/// What a copy's caller and the connection's thread pass to each other.
protocol CopyChannel: AnyObject, Sendable {
    /// The `COPY` statement.
    var statement: String { get }

    /// The connection cannot do it, or broke.
    func fail(_ error: DatabaseError)
}
