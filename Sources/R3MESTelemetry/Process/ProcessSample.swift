// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the operating system tells of this process at one moment.
///
/// What it doesn't tell is missing.
public struct ProcessSample: Sendable {
    /// Processor time used, by user and system, in seconds.
    public var cpuSeconds: Double?
    /// Memory that is in RAM, in bytes.
    public var residentBytes: Int64?
    /// Address space, in bytes.
    public var virtualBytes: Int64?
    /// Threads.
    public var threads: Int64?
    /// Open file descriptors.
    public var openFiles: Int64?
    /// How many file descriptors may be open.
    public var maximumFiles: Int64?
    /// When the process started, in seconds since 1970.
    public var startTime: Double?

    /// Reads now.
    ///
    /// Costs some tens of microseconds, and more with many thousand open files.
    public init() {
        var usage = rusage()
        if getrusage(.own, &usage) == 0 {
            cpuSeconds = usage.ru_utime.inSeconds + usage.ru_stime.inSeconds
        }
        var limit = rlimit()
        if getrlimit(.openFiles, &limit) == 0 {
            maximumFiles = Int64(exactly: limit.rlim_cur)
        }
        #if os(Linux)
        readProc()
        #endif
    }

    /// The sample as the metrics that Prometheus' own clients have.
    @Sendable
    public static func families() -> [MetricFamily] {
        let sample = Self()
        let values: [String: MetricFamily.Value?] = [
            "process_cpu_seconds_total": sample.cpuSeconds.map { .number($0) },
            "process_resident_memory_bytes": sample.residentBytes.map { .whole($0) },
            "process_virtual_memory_bytes": sample.virtualBytes.map { .whole($0) },
            "process_threads": sample.threads.map { .whole($0) },
            "process_open_fds": sample.openFiles.map { .whole($0) },
            "process_max_fds": sample.maximumFiles.map { .whole($0) },
            "process_start_time_seconds": sample.startTime.map { .number($0) },
        ]
        return MetricCatalog.Group.process.metrics.compactMap { definition in
            guard let value = values[definition.name] ?? nil else { return nil }
            return definition.family([.init(value: value)])
        }
    }
}

extension timeval {
    fileprivate var inSeconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}

extension Int32 {
    #if canImport(Glibc)
    fileprivate static var own: Self { Self(RUSAGE_SELF.rawValue) }
    fileprivate static var openFiles: Self { Self(RLIMIT_NOFILE.rawValue) }
    #else
    fileprivate static var own: Self { RUSAGE_SELF }
    fileprivate static var openFiles: Self { RLIMIT_NOFILE }
    #endif
}
