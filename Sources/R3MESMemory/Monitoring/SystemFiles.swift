// SPDX-License-Identifier: Apache-2.0

import SystemPackage

/// The text files in which the kernel tells about memory, below a root that tests can replace.
struct SystemFiles: Sendable {
    let root: FilePath

    /// The text of the file, or nil when it is not there or cannot be read.
    ///
    /// Reads to the end: files of the kernel have no size that could be asked beforehand. Never writes.
    func text(_ path: FilePath) -> String? {
        // `lexicallyResolving` keeps a path that the kernel names, such as `/../..` in a cgroup namespace, under the root.
        guard let full = root.lexicallyResolving(path),
            let file = try? FileDescriptor.open(full, .readOnly)
        else { return nil }
        defer { try? file.close() }
        var bytes: [UInt8] = []
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
        defer { chunk.deallocate() }
        while bytes.count < Self.maximumBytes {
            guard let count = try? file.read(into: chunk) else { return nil }
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The number that the file consists of; nil also for `max`, which means that there is no limit.
    func number(_ path: FilePath) -> Int? {
        text(path).flatMap { Int($0.prefix { !$0.isNewline }) }
    }

    /// The lines `name number` of the file; a unit after the number is left out.
    func table(_ path: FilePath) -> [Substring: Int] {
        var table: [Substring: Int] = [:]
        for line in (text(path) ?? "").split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            if fields.count >= 2, let number = Int(fields[1]) {
                table[fields[0]] = number
            }
        }
        return table
    }

    /// No file that is read here comes near; an endless one must not be read for ever.
    private static let maximumBytes = 256 << 10
}
