// SPDX-License-Identifier: Apache-2.0

#if os(Linux)
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension ProcessSample {
    /// Fills in what Linux tells in /proc (see proc(5)).
    mutating func readProc() {
        openFiles = Self.entries(in: "/proc/self/fd")
        // The name of the program, in brackets, may itself have spaces and brackets: fields count after the last one.
        guard let stat = Self.text(of: "/proc/self/stat"), let end = stat.lastIndex(of: ")") else { return }
        let fields = stat[stat.index(after: end)...].split { $0 == " " || $0 == "\n" }
        guard fields.count > 21 else { return }
        threads = Int64(fields[17])
        virtualBytes = Int64(fields[20])
        residentBytes = Int64(fields[21]).map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) }
        if let ticks = Double(fields[19]), let boot = Self.bootTime {
            startTime = boot + ticks / Double(max(sysconf(Int32(_SC_CLK_TCK)), 1))
        }
    }

    private static let bootTime: Double? = text(of: "/proc/stat").flatMap { stat in
        stat.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst("btime ".count)) }
    }

    /// The text of a small file.
    private static func text(of path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }

    /// How many entries a folder has, without the descriptor that counts them.
    private static func entries(in path: String) -> Int64? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var count: Int64 = 0
        while readdir(folder) != nil { count += 1 }
        return max(count - 3, 0)
    }
}
#endif
