// SPDX-License-Identifier: Apache-2.0

/// What of a table a statement reads or changes: all of it, or the rows of some keys.
///
/// Tables are told apart by their last name, without regard to case: `Public.Users` is `users`.
public struct TableScope: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The table's name as it is compared.
    public let table: String
    /// The keys of the rows, in a text form that readers and writers agree on; nil for all rows.
    public let keys: [String]?

    /// All rows of a table.
    public init(_ table: String) {
        self.table = Self.name(of: table)
        keys = nil
    }

    /// The rows of some keys.
    public init(_ table: String, keys: [String]) {
        self.table = Self.name(of: table)
        self.keys = keys
    }

    /// All rows of a table.
    public init(stringLiteral table: String) {
        self.init(table)
    }

    private static func name(of table: String) -> String {
        let last = table.split(separator: ".").last.map(String.init) ?? table
        return last.trimming("\"").lowercased()
    }
}

extension TableScope {
    /// The tags of a result that has read this.
    var readTags: [String] {
        guard let keys else { return [Self.any(table), Self.whole(table)] }
        return [Self.any(table)] + keys.map { Self.key($0, of: table) }
    }

    /// The tags whose results are outdated when this has changed.
    var changeTags: [String] {
        guard let keys else { return [Self.any(table)] }
        // What was read without naming keys may hold these rows too.
        return [Self.whole(table)] + keys.map { Self.key($0, of: table) }
    }

    // NUL is in no name of a table, so no key can look like another tag.
    private static func any(_ table: String) -> String { "\(table)\0*" }
    private static func whole(_ table: String) -> String { "\(table)\0" }
    private static func key(_ key: String, of table: String) -> String { "\(table)\0=\(key)" }
}

extension String {
    fileprivate func trimming(_ mark: Character) -> String {
        String(drop { $0 == mark }.reversed().drop { $0 == mark }.reversed())
    }
}
