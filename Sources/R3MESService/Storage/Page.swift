// SPDX-License-Identifier: Apache-2.0

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

    /// Reads a page from a source that has one row more than wanted if the list goes on.
    init(limit: Int, from next: () throws -> (item: Item, position: Position)?) throws {
        items = []
        var last: Position?
        while let row = try next() {
            guard items.count < limit else {
                self.next = last
                return
            }
            items.append(row.item)
            last = row.position
        }
    }
}
