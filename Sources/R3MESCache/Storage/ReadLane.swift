// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import CProcessor
#endif
public import Synchronization

/// What readers on some of the processors have done with a shard since the shard's policy was told last.
///
/// What a read changes in the policy lies in some six cache lines, which threads that read would take from each other each time. So
/// a read is only noted, in lines that readers on other processors do not touch, and the policy hears of some together, in their
/// order, at the latest before it decides or shows anything. Reads are counted exactly; a note is left out when another reader has
/// taken the last place, and where much is read and nothing comes in, see ``Shard/settle(_:)``.
///
/// `@unchecked Sendable` is sound: the pointer leads to memory that belongs to the lane, and both are behind its lock.
@usableFromInline
struct ReadLane: @unchecked Sendable {
    @usableFromInline typealias Lock = Mutex<ReadLane>

    /// The bytes of a lane, its lock included: processors fetch lines of 64 bytes by twos.
    @inlinable static var stride: Int { 256 }
    /// Where in them the notes begin.
    private static var offset: Int { 64 }
    @inlinable static var capacity: UInt32 { 48 }

    @usableFromInline let notes: UnsafeMutablePointer<Slot>
    @usableFromInline var count: UInt32 = 0
    @usableFromInline var hits = 0
    @usableFromInline var absentHits = 0
    @usableFromInline var misses = 0

    /// Makes a lane and its lock in memory of ``stride`` bytes.
    static func initialize(_ memory: UnsafeMutableRawPointer) {
        let notes = (memory + offset).bindMemory(to: Slot.self, capacity: Int(capacity))
        memory.bindMemory(to: Lock.self, capacity: 1).initialize(to: Mutex(ReadLane(notes: notes)))
    }

    private init(notes: UnsafeMutablePointer<Slot>) {
        self.notes = notes
    }

    /// Counts a hit, and notes it unless the shard has heard of enough.
    @inlinable
    mutating func recordHit(_ slot: Slot, isAbsent: Bool, noteMask: Int) {
        hits &+= 1
        if isAbsent { absentHits &+= 1 }
        guard hits & noteMask == 0, count < Self.capacity else { return }
        notes[Int(count)] = slot
        count &+= 1
    }

    /// True if the policy has to be told before another read can be noted.
    @inlinable var isFull: Bool { count == Self.capacity }

    /// The lane of the processor that the thread runs on; should it be moved to another meanwhile, that is slow and no harm.
    @usableFromInline static var current: Int {
        #if canImport(Glibc)
        Int(sched_getcpu()) & 1
        #else
        0
        #endif
    }
}
