// SPDX-License-Identifier: Apache-2.0

/// Doubly linked lists of small numbers, each in at most one list, kept in two arrays.
///
/// A list is a ring that is closed by an end of its own; ends are numbered from the number of nodes on. All operations
/// cost O(1).
struct LinkedLists {
    private static let unlinked = UInt32.max

    private var next: [UInt32]
    private var previous: [UInt32]

    /// Nodes that are in no list, and no lists.
    init(nodes: Int) {
        next = Array(repeating: Self.unlinked, count: nodes)
        previous = next
    }

    /// Adds an empty list and gives its end.
    mutating func addList() -> UInt32 {
        let end = UInt32(next.count)
        next.append(end)
        previous.append(end)
        return end
    }

    func isLinked(_ node: UInt32) -> Bool {
        next[Int(node)] != Self.unlinked
    }

    /// The node after a node; the end of the list after its last.
    func node(after node: UInt32) -> UInt32 {
        next[Int(node)]
    }

    /// The first node of a list; its end when the list is empty.
    func first(of end: UInt32) -> UInt32 {
        next[Int(end)]
    }

    func isEmpty(_ end: UInt32) -> Bool {
        next[Int(end)] == end
    }

    /// Puts a node that is in no list behind the last of a list.
    mutating func append(_ node: UInt32, to end: UInt32) {
        let last = previous[Int(end)]
        next[Int(last)] = node
        previous[Int(node)] = last
        next[Int(node)] = end
        previous[Int(end)] = node
    }

    /// Takes a node out of its list.
    mutating func remove(_ node: UInt32) {
        let (before, after) = (previous[Int(node)], next[Int(node)])
        next[Int(before)] = after
        previous[Int(after)] = before
        next[Int(node)] = Self.unlinked
    }
}
