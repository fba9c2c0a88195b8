// SPDX-License-Identifier: Apache-2.0

/// Which entries of a shard bear which tag: both ways by linked lists, so that an entry or a tag goes at the cost of what
/// it is linked to.
///
/// A tag is known as long as an entry bears it and not longer.
struct TagIndex: ~Copyable {
    /// One tag on one entry.
    private struct Link: BitwiseCopyable {
        var entry = Slot.none
        var tag: UInt32 = 0
        /// Among the links of the same tag.
        var next = Slot.none
        var previous = Slot.none
        /// Among the links of the same entry; in a free link, the next free one.
        var sibling = Slot.none
    }

    private struct Tag {
        var name: String
        var first = Slot.none
    }

    private var numbers: [String: UInt32] = [:]
    private var tags: [Tag] = []
    private var freeTags: [UInt32] = []
    private var links = Slab(repeating: Link())
    private var linkCount = 0
    private var freeLink = Slot.none
    /// The first link of each entry.
    private var first = Slab(repeating: Slot.none)

    deinit {
        links.deallocate()
        first.deallocate()
    }

    /// How many tags are borne by an entry.
    var count: Int { numbers.count }

    /// How many links there are.
    private(set) var linksInUse = 0

    /// Puts tags on an entry that has none.
    mutating func add(_ names: [String], to entry: Slot) {
        first.reserve(Int(entry) + 1)
        for name in names where !has(name, entry) {
            let tag = number(of: name)
            let link = newLink()
            let next = tags[Int(tag)].first
            links[link] = Link(entry: entry, tag: tag, next: next, previous: .none, sibling: first[entry])
            if next != .none { links[next].previous = link }
            tags[Int(tag)].first = link
            first[entry] = link
        }
    }

    /// Takes all tags off an entry.
    mutating func remove(_ entry: Slot) {
        guard Int(entry) < first.capacity else { return }
        var link = first[entry]
        first[entry] = .none
        while link != .none {
            let gone = links[link]
            if gone.next != .none { links[gone.next].previous = gone.previous }
            if gone.previous != .none {
                links[gone.previous].next = gone.next
            } else if gone.next != .none {
                tags[Int(gone.tag)].first = gone.next
            } else {
                forget(gone.tag)
            }
            links[link].sibling = freeLink
            freeLink = link
            linksInUse -= 1
            link = gone.sibling
        }
    }

    /// Some entry that bears the tag.
    func anyEntry(taggedWith name: String) -> Slot? {
        numbers[name].map { links[tags[Int($0)].first].entry }
    }

    /// The tags of an entry.
    func names(of entry: Slot) -> some Sequence<String> {
        let (links, tags) = (links, tags)
        let start = Int(entry) < first.capacity ? first[entry] : .none
        return sequence(state: start) { link -> String? in
            guard link != .none else { return nil }
            defer { link = links[link].sibling }
            return tags[Int(links[link].tag)].name
        }
    }

    /// The entries that bear a tag.
    func entries(taggedWith name: String) -> [Slot] {
        var entries: [Slot] = []
        var link = numbers[name].map { tags[Int($0)].first } ?? .none
        while link != .none {
            entries.append(links[link].entry)
            link = links[link].next
        }
        return entries
    }

    /// All tags.
    var names: some Collection<String> { numbers.keys }

    private func has(_ name: String, _ entry: Slot) -> Bool {
        names(of: entry).contains(name)
    }

    private mutating func number(of name: String) -> UInt32 {
        if let number = numbers[name] { return number }
        let number: UInt32
        if let free = freeTags.popLast() {
            number = free
            tags[Int(free)] = Tag(name: name)
        } else {
            number = UInt32(tags.count)
            tags.append(Tag(name: name))
        }
        numbers[name] = number
        return number
    }

    private mutating func forget(_ tag: UInt32) {
        numbers[tags[Int(tag)].name] = nil
        tags[Int(tag)] = Tag(name: "")
        freeTags.append(tag)
    }

    private mutating func newLink() -> Slot {
        linksInUse += 1
        if freeLink != .none {
            let link = freeLink
            freeLink = links[link].sibling
            return link
        }
        links.reserve(linkCount + 1)
        linkCount += 1
        return Slot(linkCount - 1)
    }
}
