// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

/// Reads ``MemorySample``s from the kernel's files; about 100 µs a sample, without any right beyond reading.
public struct MemorySampler: Sendable {
    private let files: SystemFiles

    /// Makes a sampler.
    ///
    /// - Parameter root: The folder in which `proc` and `sys` are found. The default is `/`.
    public init(root: FilePath = "/") {
        files = SystemFiles(root: root)
    }

    /// The figures of now.
    ///
    /// - Throws: ``MemoryError`` with the code `unreadable` when the resident size cannot be read. What else the system
    ///   does not tell is nil in the sample.
    public func sample() throws(MemoryError) -> MemorySample {
        guard let statm = files.text("proc/self/statm"), let process = ProcessMemory(statm: statm) else {
            throw MemoryError(.unreadable, "proc/self/statm is missing or not in the expected form")
        }
        // A process can be moved to another group at any time, so the groups are looked up anew.
        let group = ControlGroup(files: files)
        let machine = machine()
        let level = [group?.tightest, machine].compactMap(\.self).max { $0.utilisation < $1.utilisation }
        return MemorySample(
            resident: process.resident,
            fileBacked: process.fileBacked,
            heap: HeapUsage.current,
            limit: level?.limit,
            used: level?.used,
            stall: group?.stall ?? files.text("proc/pressure/memory").flatMap { PressureStall(text: $0) },
            limitHits: group?.limitHits
        )
    }

    /// The machine as the outermost level: `MemAvailable` is the kernel's own estimate of what can be had without swapping.
    private func machine() -> ControlGroup.Level? {
        let table = files.table("proc/meminfo")
        guard let total = table["MemTotal:"], let available = table["MemAvailable:"], total > 0,
            total < Int.max >> 10, (0...total).contains(available)
        else { return nil }
        return ControlGroup.Level(limit: total << 10, charged: (total - available) << 10, reclaimable: 0)
    }
}
