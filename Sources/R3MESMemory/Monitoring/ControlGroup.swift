// SPDX-License-Identifier: Apache-2.0

import SystemPackage

/// The control groups that bound the memory of this process, of version 1 or 2 (cgroups(7)).
///
/// A limit may be set on any ancestor, where siblings count too. Each level is therefore judged by itself, and the one
/// nearest to its limit counts.
struct ControlGroup: Sendable {
    /// One level of the hierarchy, in bytes.
    struct Level: Hashable, Sendable {
        let limit: Int
        let charged: Int
        /// Page cache that the kernel takes back on demand, before it would kill anyone.
        let reclaimable: Int

        /// What counts against the limit: usage without the page cache that gives way by itself.
        var used: Int { max(0, charged - reclaimable) }
        var utilisation: Double { limit > 0 ? Double(used) / Double(limit) : 1 }
    }

    private let files: SystemFiles
    private let version: Version
    /// From the group of the process up to the root.
    private let directories: [FilePath]

    private enum Version { case one, two }

    /// The groups of this process; nil when it is in none that accounts for memory.
    init?(files: SystemFiles) {
        var path: FilePath?
        var version = Version.two
        for line in (files.text("proc/self/cgroup") ?? "").split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            if fields[1].split(separator: ",").contains("memory") {
                path = FilePath(String(fields[2]))
                version = .one
                break
            }
            if fields[0] == "0", fields[1].isEmpty {
                path = FilePath(String(fields[2]))
            }
        }
        guard let path else { return nil }
        self.files = files
        self.version = version
        let mount: FilePath = version == .one ? "sys/fs/cgroup/memory" : "sys/fs/cgroup"
        var components = Array(FilePath(root: nil, path.components).lexicallyNormalized().components)
        // Seen from a cgroup namespace, what lies above its root is written as `..` and is not mounted here.
        components.removeAll { $0.kind != .regular }
        directories = (0...components.count).reversed().map { count in
            mount.appending(components.prefix(count))
        }
    }

    /// The level that is nearest to its limit, or nil when no level has one.
    var tightest: Level? {
        directories.compactMap { level(at: $0) }.max { $0.utilisation < $1.utilisation }
    }

    /// How often the kernel held the nearest group back at a limit; nil when it does not say.
    ///
    /// From `memory.events` (`high` and `max`) or `memory.failcnt`: both need no right to write.
    var limitHits: Int? {
        for directory in directories {
            switch version {
            case .one:
                if let count = files.number(directory.appending("memory.failcnt")) { return count }
            case .two:
                let events = files.table(directory.appending("memory.events"))
                if let high = events["high"], let max = events["max"] {
                    return high.addingReportingOverflow(max).partialValue
                }
            }
        }
        return nil
    }

    /// The stall of the nearest group that tells it; version 1 has none.
    var stall: PressureStall? {
        guard version == .two else { return nil }
        return directories.lazy.compactMap { files.text($0.appending("memory.pressure")) }.first
            .flatMap { PressureStall(text: $0) }
    }

    private func level(at directory: FilePath) -> Level? {
        switch version {
        case .one:
            guard let limit = files.number(directory.appending("memory.limit_in_bytes")), limit < Self.noLimit,
                let charged = files.number(directory.appending("memory.usage_in_bytes"))
            else { return nil }
            let statistics = files.table(directory.appending("memory.stat"))
            return Level(limit: limit, charged: charged, reclaimable: statistics["total_inactive_file"] ?? 0)
        case .two:
            // Above `memory.high` the group is slowed down until it has shrunk, so that this is its limit in practice.
            let limits = ["memory.max", "memory.high"].compactMap { files.number(directory.appending($0)) }
            guard let limit = limits.min(), let charged = files.number(directory.appending("memory.current")) else {
                return nil
            }
            let statistics = files.table(directory.appending("memory.stat"))
            return Level(limit: limit, charged: charged, reclaimable: statistics["inactive_file"] ?? 0)
        }
    }

    /// Version 1 writes "no limit" as the greatest multiple of the page size.
    private static let noLimit = Int.max >> 8
}
