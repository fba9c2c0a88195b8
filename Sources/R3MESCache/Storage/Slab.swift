// SPDX-License-Identifier: Apache-2.0

/// An array of records of fixed size, one for each slot, that grows by doubling and is never bounds-checked.
///
/// Whoever reads it holds the shard's lock and has the slot from the shard's index, which is what makes it safe.
@usableFromInline
struct Slab<Record: BitwiseCopyable> {
    @usableFromInline private(set) var records: UnsafeMutablePointer<Record>
    private(set) var capacity = 0
    private let blank: Record

    init(repeating blank: Record) {
        self.blank = blank
        records = .allocate(capacity: 0)
    }

    /// Ends its life, which its owner has to do.
    func deallocate() {
        records.deallocate()
    }

    @inlinable
    subscript(slot: Slot) -> Record {
        unsafeAddress { UnsafePointer(records + Int(slot)) }
        nonmutating unsafeMutableAddress { records + Int(slot) }
    }

    /// Makes room for at least so many slots.
    mutating func reserve(_ count: Int) {
        guard count > capacity else { return }
        let size = Swift.max(count, capacity * 2, 8)
        let grown = UnsafeMutablePointer<Record>.allocate(capacity: size)
        grown.update(from: records, count: capacity)
        (grown + capacity).initialize(repeating: blank, count: size - capacity)
        records.deallocate()
        records = grown
        capacity = size
    }
}
