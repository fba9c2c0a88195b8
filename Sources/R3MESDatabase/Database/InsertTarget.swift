// SPDX-License-Identifier: Apache-2.0

/// Where rows are inserted, and what happens to those that are there already.
public struct InsertTarget: Sendable, Hashable {
    /// What happens to a row whose key is there already.
    public enum Conflict: Sendable, Hashable {
        /// The whole fails with ``DatabaseError/Code/uniqueViolation``.
        case fail
        /// The row that is there stays; with columns, only for a conflict on these.
        case ignore(on: [String] = [])
        /// The columns of the row that is there are replaced, for a conflict on the key's columns.
        case update(_ columns: [String], on: [String])
    }

    /// The table's name; its parts separately if it has a schema.
    public var table: [String]
    /// The columns, in the order of each row's values.
    public var columns: [String]
    /// What happens to a row whose key is there already.
    public var conflict: Conflict

    /// Makes a target.
    public init(_ table: String..., columns: [String], onConflict conflict: Conflict = .fail) {
        self.table = table
        self.columns = columns
        self.conflict = conflict
    }
}
