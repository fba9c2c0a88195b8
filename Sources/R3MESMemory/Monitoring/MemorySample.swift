// SPDX-License-Identifier: Apache-2.0

/// What the system tells about the memory of this process at one moment, in bytes.
public struct MemorySample: Hashable, Sendable {
    /// The resident set: all pages of the process that are in memory.
    public let resident: Int
    /// The part of ``resident`` that files and shared memory back; most of it can be dropped without harm.
    public let fileBacked: Int
    /// What the allocator holds and uses; nil where it does not tell.
    public let heap: HeapUsage?
    /// The memory that the process may use: the limit of the control group nearest to its own, else that of the machine.
    public let limit: Int?
    /// What counts against ``limit``, without page cache that gives way by itself.
    public let used: Int?
    /// How long tasks waited for memory; nil where the kernel does not tell.
    public let stall: PressureStall?
    /// How often the kernel held the control group back at its limit since the group was made.
    public let limitHits: Int?

    /// The used part of the limit, 0 to 1 and seldom more.
    public var utilisation: Double? {
        guard let limit, let used, limit > 0 else { return nil }
        return Double(used) / Double(limit)
    }

    /// The figures from which pressure is judged.
    public var pressure: MemoryPressureReading {
        MemoryPressureReading(
            utilisation: utilisation,
            someStalled: stall?.some,
            allStalled: stall?.all,
            limitHits: limitHits
        )
    }
}
