// SPDX-License-Identifier: Apache-2.0

/// The order of a list that is paged by where the last page ended: columns, of which the last one is unique.
///
/// Without a unique last column two rows could be equal, and one of them be left out or come twice at the edge of a page.
public struct KeysetOrder: Hashable, Sendable {
    /// A column of the order.
    public struct Column: Hashable, Sendable {
        /// The column's name, for the caller to quote and qualify.
        public var name: String
        /// Whether large values come first.
        public var isDescending: Bool
        /// Where rows without a value stand; nil if there are none.
        public var nulls: NullPlacement?

        /// Makes a column.
        public init(_ name: String, isDescending: Bool = false, nulls: NullPlacement? = nil) {
            self.name = name
            self.isDescending = isDescending
            self.nulls = nulls
        }
    }

    /// Where rows without a value stand.
    public enum NullPlacement: Hashable, Sendable {
        /// Before all others.
        case first
        /// After all others.
        case last
    }

    /// The columns, the unique one last.
    public let columns: [Column]

    /// Makes an order.
    ///
    /// - Parameters:
    ///   - columns: What is sorted by first.
    ///   - tieBreak: A column that is unique and never null, such as the primary key.
    /// - Throws: ``ResponseError/Code/invalidConfiguration`` if the tie-break can be null, a column comes twice, or there are
    ///   more than 16.
    public init(_ columns: [Column], tieBreak: Column) throws(ResponseError) {
        let all = columns + [tieBreak]
        guard tieBreak.nulls == nil else {
            throw ResponseError(.invalidConfiguration, "the tie-break \(tieBreak.name) must not be null")
        }
        guard Set(all.map(\.name)).count == all.count else {
            throw ResponseError(.invalidConfiguration, "a column comes twice in the order")
        }
        guard all.count <= CursorValue.maximumCount else {
            throw ResponseError(.invalidConfiguration, "an order has at most \(CursorValue.maximumCount) columns")
        }
        self.columns = all
    }

    /// The columns as the query must sort by them: turned around for a page that lies before a position.
    ///
    /// Such a page comes out of the database nearest row first; turn its rows around before they are shown.
    public func columns(for direction: Cursor.Direction) -> [Column] {
        guard direction == .backward else { return columns }
        return columns.map { column in
            let nulls = column.nulls.map { $0 == .first ? NullPlacement.last : .first }
            return Column(column.name, isDescending: !column.isDescending, nulls: nulls)
        }
    }
}
