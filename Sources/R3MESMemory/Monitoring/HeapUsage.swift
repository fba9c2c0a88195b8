// SPDX-License-Identifier: Apache-2.0

/// What the C allocator, which Swift's objects live in too, holds and how much of it is in use.
///
/// The same figures as glibc's `mallinfo2`, over all arenas. Blocks that a thread keeps in its own cache (at most some
/// hundred KiB a thread) count as in use.
public struct HeapUsage: Hashable, Sendable {
    /// The bytes of live blocks.
    public let inUse: Int
    /// The bytes of free blocks that the allocator keeps for later: fragmentation, and what a trim can give back.
    public let retained: Int

    /// The usage now, or nil where the allocator does not tell it: it is not glibc's.
    ///
    /// Costs some microseconds, more when the heap is badly fragmented: the allocator walks its lists of free blocks.
    public static var current: Self? {
        Allocator.report().flatMap { Self(report: $0) }
    }

    /// Reads the report of `malloc_info(3)`: the totals over all arenas come last, each outweighing what came before.
    init?(report: String) {
        var free = 0
        var mapped = 0
        var system: Int?
        for line in report.split(separator: "\n") {
            guard let size = Self.attribute("size", of: line) else { continue }
            switch (line.prefix { $0 != " " }, Self.text("type", of: line)) {
            case ("<total", "fast"): free = size
            case ("<total", "rest"): free += size
            case ("<total", "mmap"): mapped = size
            case ("<system", "current"): system = size
            default: break
            }
        }
        guard let system else { return nil }
        inUse = max(0, system - free) + mapped
        // Nothing at all is in use only when another allocator has taken this one's place.
        guard inUse > 0 else { return nil }
        retained = min(free, system)
    }

    private static func attribute(_ name: String, of line: Substring) -> Int? {
        text(name, of: line).flatMap { Int($0) }
    }

    private static func text(_ name: String, of line: Substring) -> Substring? {
        for field in line.split(separator: " ") where field.hasPrefix(name + "=\"") {
            return field.dropFirst(name.count + 2).prefix { $0 != "\"" }
        }
        return nil
    }
}
