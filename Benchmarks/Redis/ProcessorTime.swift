// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Processor time in nanoseconds, the system's share included.
enum ProcessorTime {
    static var ofThisProcess: Double { time(of: RUSAGE_SELF) }

    /// Of the programs that were started and have ended.
    static var ofEndedChildren: Double { time(of: RUSAGE_CHILDREN) }

    private static func time(of who: __rusage_who) -> Double {
        var usage = rusage()
        getrusage(CInt(who.rawValue), &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        return Double(seconds) * 1e9 + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e3
    }
}
