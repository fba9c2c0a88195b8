// SPDX-License-Identifier: Apache-2.0

/// Those who wait for a connection, in order of arrival, each with the moment at which it gives up.
///
/// A doubly linked list through one array: arriving, being served and leaving from the middle are O(1), and whoever left
/// is gone at once.
struct WaiterQueue<Waiter: Sendable>: Sendable {
    /// Names one waiter; of no use once that has left.
    struct Handle: Hashable, Sendable {
        fileprivate let node: Int
        fileprivate let serial: UInt64
    }

    /// One that waits.
    struct Entry: Sendable {
        let waiter: Waiter
        let place: LeasePlace
        let since: Duration
        let deadline: Duration
    }

    private struct Node {
        var entry: Entry?
        var serial: UInt64
        var previous: Int
        var next: Int
    }

    private static var none: Int { -1 }
    /// An emptied queue with more nodes than this gives its memory back.
    private static var keptNodes: Int { 256 }

    private var nodes: [Node] = []
    private var firstNode = none
    private var lastNode = none
    private var firstFree = none
    private var lastSerial: UInt64 = 0

    /// How many wait.
    private(set) var count = 0
    /// Nobody gives up before this; exact after ``removeAll(dueBy:)``, else it may be too early.
    private(set) var earliestDeadline: Duration?

    var isEmpty: Bool { count == 0 }

    mutating func append(_ entry: Entry) -> Handle {
        lastSerial += 1
        let node = Node(entry: entry, serial: lastSerial, previous: lastNode, next: Self.none)
        let index: Int
        if firstFree == Self.none {
            index = nodes.count
            nodes.append(node)
        } else {
            index = firstFree
            firstFree = nodes[index].next
            nodes[index] = node
        }
        if lastNode == Self.none {
            firstNode = index
        } else {
            nodes[lastNode].next = index
        }
        lastNode = index
        count += 1
        earliestDeadline = min(earliestDeadline ?? entry.deadline, entry.deadline)
        return Handle(node: index, serial: lastSerial)
    }

    /// Takes out the one that has waited longest.
    mutating func popFirst() -> Entry? {
        firstNode == Self.none ? nil : unlink(firstNode)
    }

    /// Takes a waiter out, wherever it stands; nil if it has left already.
    mutating func remove(_ handle: Handle) -> Waiter? {
        guard nodes.indices.contains(handle.node), nodes[handle.node].serial == handle.serial else {
            return nil
        }
        return unlink(handle.node)?.waiter
    }

    /// Takes out everybody whose deadline has come; O(n) if there is one, else O(1).
    mutating func removeAll(dueBy now: Duration) -> [Entry] {
        guard let earliestDeadline, earliestDeadline <= now else {
            return []
        }
        var due: [Entry] = []
        var earliest: Duration?
        var index = firstNode
        while index != Self.none {
            let node = nodes[index]
            if let entry = node.entry {
                if entry.deadline <= now {
                    due.append(entry)
                    _ = unlink(index)
                } else {
                    earliest = min(earliest ?? entry.deadline, entry.deadline)
                }
            }
            index = node.next
        }
        self.earliestDeadline = earliest
        return due
    }

    private mutating func unlink(_ index: Int) -> Entry? {
        let node = nodes[index]
        if node.previous == Self.none {
            firstNode = node.next
        } else {
            nodes[node.previous].next = node.next
        }
        if node.next == Self.none {
            lastNode = node.previous
        } else {
            nodes[node.next].previous = node.previous
        }
        count -= 1
        if count == 0 {
            earliestDeadline = nil
        }
        if count == 0, nodes.count > Self.keptNodes {
            nodes = []
            firstFree = Self.none
        } else {
            // The serial 0 is never given out, so no handle fits a free node.
            nodes[index] = Node(entry: nil, serial: 0, previous: Self.none, next: firstFree)
            firstFree = index
        }
        return node.entry
    }
}
