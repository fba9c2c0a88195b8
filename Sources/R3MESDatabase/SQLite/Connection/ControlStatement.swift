// SPDX-License-Identifier: Apache-2.0

/// The statements with which this library begins and ends transactions on SQLite.
enum ControlStatement: String {
    case beginWriting = "BEGIN IMMEDIATE"
    case beginReading = "BEGIN"
    case commit = "COMMIT"
    case rollback = "ROLLBACK"
    /// Begins a member of a group of writes.
    case save = "SAVEPOINT r3mes_member"
    case release = "RELEASE r3mes_member"
    case rollbackToSave = "ROLLBACK TO r3mes_member"

    /// The savepoint around a member, which no statement of a caller may name.
    static let savepoint = "r3mes_member"
}
