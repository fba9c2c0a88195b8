// SPDX-License-Identifier: Apache-2.0

/// Elements that wait, by priority class and in order of arrival within each.
///
/// Doubly linked lists through one array of nodes: arriving, being served from either end and leaving from the middle
/// are O(1), and whoever left is gone: no tombstone stays behind to be served later.
struct WaitQueue<Element: Sendable>: Sendable {
    /// Names one element in the queue; of no use once the element has left.
    struct Handle: Hashable, Sendable {
        fileprivate let slot: Int
        fileprivate let sequence: UInt64
    }

    private struct Node {
        var element: Element?
        var sequence: UInt64
        var list: Int
        var previous: Int
        var next: Int
    }

    private struct List {
        var first = none
        var last = none
    }

    private static var none: Int { -1 }
    /// An emptied queue with more nodes than this gives its memory back.
    private static var keptNodes: Int { 256 }

    private var nodes: [Node] = []
    private var lists = Array(repeating: List(), count: PriorityClass.allCases.count)
    private var firstFree = none
    private var sequence: UInt64 = 0

    /// How many elements wait.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// How many nodes are allocated.
    var nodeCount: Int { nodes.count }

    /// The most important class in which anything waits.
    var highestClass: PriorityClass? {
        PriorityClass.allCases.last { lists[$0.index].first != Self.none }
    }

    /// The least important class in which anything waits.
    var lowestClass: PriorityClass? {
        PriorityClass.allCases.first { lists[$0.index].first != Self.none }
    }

    /// Puts an element at the end of its class.
    mutating func append(_ element: Element, priority: PriorityClass) -> Handle {
        sequence += 1
        let list = priority.index
        let node = Node(
            element: element,
            sequence: sequence,
            list: list,
            previous: lists[list].last,
            next: Self.none
        )
        let slot: Int
        if firstFree == Self.none {
            slot = nodes.count
            nodes.append(node)
        } else {
            slot = firstFree
            firstFree = nodes[slot].next
            nodes[slot] = node
        }
        if lists[list].last == Self.none {
            lists[list].first = slot
        } else {
            nodes[lists[list].last].next = slot
        }
        lists[list].last = slot
        count += 1
        return Handle(slot: slot, sequence: sequence)
    }

    /// Takes an element out, wherever it stands; nil if it has left already.
    mutating func remove(_ handle: Handle) -> Element? {
        guard nodes.indices.contains(handle.slot), nodes[handle.slot].sequence == handle.sequence else {
            return nil
        }
        return unlink(handle.slot)
    }

    /// The element that arrived first in a class.
    func oldest(in priority: PriorityClass) -> Element? {
        let slot = lists[priority.index].first
        return slot == Self.none ? nil : nodes[slot].element
    }

    /// The element that arrived last in a class.
    func newest(in priority: PriorityClass) -> Element? {
        let slot = lists[priority.index].last
        return slot == Self.none ? nil : nodes[slot].element
    }

    /// Takes out the element that arrived first in a class.
    mutating func popOldest(in priority: PriorityClass) -> Element? {
        let slot = lists[priority.index].first
        return slot == Self.none ? nil : unlink(slot)
    }

    /// Takes out the element that arrived last in a class.
    mutating func popNewest(in priority: PriorityClass) -> Element? {
        let slot = lists[priority.index].last
        return slot == Self.none ? nil : unlink(slot)
    }

    private mutating func unlink(_ slot: Int) -> Element? {
        let node = nodes[slot]
        if node.previous == Self.none {
            lists[node.list].first = node.next
        } else {
            nodes[node.previous].next = node.next
        }
        if node.next == Self.none {
            lists[node.list].last = node.previous
        } else {
            nodes[node.next].previous = node.previous
        }
        count -= 1
        if count == 0, nodes.count > Self.keptNodes {
            nodes = []
            firstFree = Self.none
        } else {
            // The sequence 0 is never given out, so no handle fits a free node.
            nodes[slot] = Node(element: nil, sequence: 0, list: 0, previous: Self.none, next: firstFree)
            firstFree = slot
        }
        return node.element
    }
}
