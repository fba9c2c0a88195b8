// SPDX-License-Identifier: Apache-2.0

/// The list that a cursor is good for, and for whom.
///
/// A cursor of another sort would point nowhere; one of another filter, into rows that the caller did not ask for; one of
/// another class of principals, perhaps into rows that the caller must not see.
public struct CursorScope: Hashable, Sendable {
    /// The order of the list, such as `-credits,wallet`.
    public var sort: String
    /// What is selected, in a form that is the same for the same selection.
    public var filter: String
    /// What the caller may see, such as `anonymous`, `owner:7` or `admin`.
    public var principalClass: String

    /// Names a list.
    public init(sort: String, filter: String = "", principalClass: String = "") {
        self.sort = sort
        self.filter = filter
        self.principalClass = principalClass
    }
}
