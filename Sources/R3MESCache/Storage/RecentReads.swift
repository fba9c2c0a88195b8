// SPDX-License-Identifier: Apache-2.0

/// The reads that a shard's policy has not been told of yet, in their order.
///
/// What a read changes in the policy lies in some six cache lines, which two threads that read would take from each other
/// each time. So a read is noted here, in the lines that the shard's lock lies in, and the policy hears of some
/// together, at the latest before it decides or shows anything: what it decides is the same.
@usableFromInline
struct RecentReads: BitwiseCopyable {
    /// With the lock and the pointers of a shard these fill two cache lines.
    @inlinable static var capacity: Int { 18 }

    @usableFromInline private(set) var count: UInt32 = 0
    @usableFromInline private(set) var slots: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) =
        (0, 0, 0, 0, 0, 0, 0, 0, 0)

    @inlinable
    init() {}

    /// Notes a read; true if there is no room for another.
    @inlinable
    mutating func append(_ slot: Slot) -> Bool {
        let offset = Int(count) &* MemoryLayout<Slot>.stride
        withUnsafeMutableBytes(of: &slots) { $0.storeBytes(of: slot, toByteOffset: offset, as: Slot.self) }
        count &+= 1
        return count == Self.capacity
    }

    /// Forgets all.
    @inlinable
    mutating func removeAll() {
        count = 0
    }

    /// The slots that were read.
    @inlinable
    mutating func withSlots(_ body: (UnsafeBufferPointer<Slot>) -> Void) {
        let count = Int(count)
        withUnsafeBytes(of: &slots) { body(UnsafeBufferPointer(rebasing: $0.bindMemory(to: Slot.self)[..<count])) }
    }
}
