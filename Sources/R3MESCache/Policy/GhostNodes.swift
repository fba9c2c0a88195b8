// SPDX-License-Identifier: Apache-2.0

/// The keys that some ghosts hold, with the links of every ghost side by side: 44 bytes for a key, whoever holds it.
///
/// Links have 16 bits: its owner holds far fewer than 65,535 keys.
struct GhostNodes: ~Copyable {
    /// A key's place in one ghost.
    struct Link: BitwiseCopyable {
        static var none: UInt16 { .max }

        var newer = none
        var older = none
        var queue = QueueKind.none
    }

    struct Header: BitwiseCopyable {
        var hash: UInt32 = 0
        /// In a free slot, the next free one.
        var weight: UInt32 = 0
    }

    private(set) var links = Slab(repeating: Link())
    private(set) var headers = Slab(repeating: Header())
    private var index = SlotIndex()
    private var slotCount = 0
    private var free = Slot.none
    private let ghosts: Int

    init(ghosts: Int) {
        self.ghosts = ghosts
    }

    deinit {
        links.deallocate()
        headers.deallocate()
        index.deallocate()
    }

    /// How many keys there are.
    var count: Int { index.count }

    /// All keys; no other may be added meanwhile.
    var slots: [Slot] {
        (0..<Slot(slotCount)).filter { isInUse($0) }
    }

    /// The key with a hash; two keys with the same 32 bits count as one.
    func find(_ hash: UInt32) -> Slot? {
        var position = index.home(of: hash)
        while index.buckets[position] != 0 {
            let bucket = index.buckets[position]
            if UInt32(truncatingIfNeeded: bucket >> 32) == hash { return Slot(truncatingIfNeeded: bucket) &- 1 }
            position = index.next(after: position)
        }
        return nil
    }

    mutating func insert(_ hash: UInt32, weight: UInt32) -> Slot {
        let slot: Slot
        if free != .none {
            slot = free
            free = headers[slot].weight
        } else {
            slot = Slot(slotCount)
            slotCount += 1
            headers.reserve(slotCount)
            links.reserve(slotCount * ghosts)
        }
        headers[slot] = Header(hash: hash, weight: weight)
        index.insert(slot, hash: hash)
        return slot
    }

    /// Forgets a key that no ghost holds any more.
    mutating func removeIfUnused(_ slot: Slot) {
        guard !isInUse(slot) else { return }
        index.remove(slot, hash: headers[slot].hash)
        headers[slot] = Header(hash: 0, weight: free)
        free = slot
    }

    /// One ghost's view.
    func view(_ ghost: Int) -> View {
        View(links: links.records + ghost, headers: headers.records, stride: ghosts)
    }

    private func isInUse(_ slot: Slot) -> Bool {
        (0..<ghosts).contains { links[slot * Slot(ghosts) + Slot($0)].queue != .none }
    }

    /// One ghost's view of the keys.
    struct View: QueueNodes {
        let links: UnsafeMutablePointer<Link>
        let headers: UnsafeMutablePointer<Header>
        let stride: Int

        func newer(_ slot: Slot) -> Slot { wide(links[Int(slot) * stride].newer) }
        func setNewer(_ slot: Slot, _ newer: Slot) {
            links[Int(slot) * stride].newer = UInt16(truncatingIfNeeded: newer)
        }
        func older(_ slot: Slot) -> Slot { wide(links[Int(slot) * stride].older) }
        func setOlder(_ slot: Slot, _ older: Slot) {
            links[Int(slot) * stride].older = UInt16(truncatingIfNeeded: older)
        }
        func queue(_ slot: Slot) -> QueueKind { links[Int(slot) * stride].queue }
        func setQueue(_ slot: Slot, _ queue: QueueKind) { links[Int(slot) * stride].queue = queue }
        func weight(_ slot: Slot) -> Int { Int(headers[Int(slot)].weight) }
        func hash(_ slot: Slot) -> UInt32 { headers[Int(slot)].hash }

        private func wide(_ link: UInt16) -> Slot { link == Link.none ? .none : Slot(link) }
    }
}
