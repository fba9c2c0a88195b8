// SPDX-License-Identifier: Apache-2.0

/// How far the live heap rose while something ran, in bytes.
///
/// Sampled, so a block that lives only between two samples is not seen: a pipeline that holds one element of `e` bytes at a
/// time is measured within `e` times the sampling step. The heap is the whole process's, so nothing else should allocate
/// meanwhile, and up to some hundred KiB a thread may hide in the allocator's thread caches (see ``HeapUsage``).
public struct PeakMemory: Hashable, Sendable {
    /// The live heap before.
    public let start: Int
    /// The greatest live heap seen, never under ``start``.
    public internal(set) var peak: Int
    /// How often the heap was looked at.
    public internal(set) var samples: Int

    /// The greatest rise of the live heap above the start.
    public var growth: Int { peak - start }
}
