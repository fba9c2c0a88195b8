// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase

/// Some rows of a longer list, and where it goes on.
///
/// A page has at least one row, if there is one, and at most 10,000, whatever limit was asked for.
public struct Page<Item: Sendable, Position: Sendable>: Sendable {
    /// The rows, in order.
    public var items: [Item]
    /// Where the next page begins; nil when these rows are the last.
    public var next: Position?
}

extension Page {
    static func allowed(limit: Int) -> Int {
        min(max(limit, 1), 10_000)
    }

    /// Reads a page from rows that are one more than wanted if the list goes on.
    init(limit: Int, from rows: Rows, decode: (Row) throws -> (item: Item, position: Position)) throws {
        items = []
        items.reserveCapacity(min(limit, rows.count))
        var last: Position?
        for row in rows {
            guard items.count < limit else {
                next = last
                return
            }
            let (item, position) = try decode(row)
            items.append(item)
            last = position
        }
    }
}
