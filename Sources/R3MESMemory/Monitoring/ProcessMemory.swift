// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The memory of this process as `/proc/self/statm` tells it (proc(5)), in bytes.
struct ProcessMemory: Hashable, Sendable {
    let resident: Int
    /// The part of `resident` that files and shared memory back: the kernel can drop most of it without harm.
    let fileBacked: Int

    init?(statm: String, pageSize: Int = Int(sysconf(Int32(_SC_PAGESIZE)))) {
        let pages = statm.split { $0 == " " || $0.isNewline }.compactMap { Int($0) }
        guard pages.count >= 3 else { return nil }
        let (resident, overflow) = pages[1].multipliedReportingOverflow(by: pageSize)
        let (fileBacked, fileOverflow) = pages[2].multipliedReportingOverflow(by: pageSize)
        guard !overflow, !fileOverflow else { return nil }
        self.resident = resident
        self.fileBacked = fileBacked
    }
}
