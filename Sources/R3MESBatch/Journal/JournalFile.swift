// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

import SystemPackage

/// The open file of a journal: locked, appended to, and replaced by a shorter one.
///
/// Blocks while the disk works.
struct JournalFile {
    let path: FilePath
    private var descriptor: FileDescriptor
    private(set) var size: Int
    let format: JournalFormat

    /// Opens the journal, or makes a new one; returns what it holds.
    static func open(_ path: FilePath) throws -> (file: JournalFile, contents: JournalContents) {
        let descriptor = try FileDescriptor.open(
            path,
            .readWrite,
            options: [.create, .closeOnExec],
            permissions: [.ownerReadWrite]
        )
        do {
            try lock(descriptor)
            let bytes = try readAll(descriptor)
            // A header is there from the beginning, as files get their name when they have one. So in a shorter file
            // there was never anything.
            let isNew = bytes.count < JournalFormat.headerSize
            let known = JournalFormat(header: bytes.prefix(JournalFormat.headerSize))
            guard let format = isNew ? JournalFormat(salt: .random(in: .min ... .max)) : known else {
                throw BatchError(.journalDamaged, "the file does not begin as a journal does; it is left as it is")
            }
            let contents = JournalContents(isNew ? format.header : bytes, format: format)
            var file = JournalFile(path: path, descriptor: descriptor, size: bytes.count, format: format)
            if isNew {
                try file.replace(keeping: nil)
            } else if !contents.damage.isEmpty {
                try file.setAsideCopy()
            }
            try file.truncate(to: contents.end)
            return (file, contents)
        } catch {
            try? descriptor.close()
            throw error
        }
    }

    private init(path: FilePath, descriptor: FileDescriptor, size: Int, format: JournalFormat) {
        self.path = path
        self.descriptor = descriptor
        self.size = size
        self.format = format
    }

    mutating func append(_ bytes: [UInt8]) throws {
        size += try descriptor.writeAll(toAbsoluteOffset: Int64(size), bytes)
    }

    func synchronize() throws {
        try Self.synchronize(descriptor)
    }

    /// Replaces the file by one that holds only what begins at the offset, or nothing.
    ///
    /// Written beside it and renamed, so that at each moment one of the two is there, whole.
    mutating func replace(keeping offset: Int?) throws {
        let live = try offset.map { try Self.readAll(descriptor, from: $0) } ?? []
        let bytes = format.header + live
        let temporary = path.withSuffix(".new")
        let replacement = try FileDescriptor.open(
            temporary,
            .readWrite,
            options: [.create, .truncate, .closeOnExec],
            permissions: [.ownerReadWrite]
        )
        do {
            try Self.lock(replacement)
            try replacement.writeAll(toAbsoluteOffset: 0, bytes)
            try Self.synchronize(replacement)
            guard rename(temporary.string, path.string) == 0 else { throw Errno(rawValue: errno) }
            try synchronizeDirectory()
        } catch {
            try? replacement.close()
            throw error
        }
        try? descriptor.close()
        descriptor = replacement
        size = bytes.count
    }

    func close() {
        // A process that is being spawned by another thread has a copy of the descriptor until it becomes another program,
        // and the lock would live as long as that.
        flock(descriptor.rawValue, LOCK_UN)
        try? descriptor.close()
    }

    private mutating func truncate(to end: Int) throws {
        guard size > end else { return }
        try descriptor.resize(to: Int64(end))
        try Self.synchronize(descriptor)
        size = end
    }

    /// Keeps a damaged file for whoever wants to look into it; the first one, if there are several.
    private func setAsideCopy() throws {
        let copy = path.withSuffix(".damaged")
        let bytes = try Self.readAll(descriptor)
        guard
            let file = try? FileDescriptor.open(
                copy,
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerReadWrite]
            )
        else { return }
        defer { try? file.close() }
        try file.writeAll(bytes)
    }

    private func synchronizeDirectory() throws {
        let folder = path.removingLastComponent()
        let directory = try FileDescriptor.open(folder.isEmpty ? "." : folder, .readOnly, options: [.directory])
        defer { try? directory.close() }
        try Self.synchronize(directory)
    }

    private static func synchronize(_ descriptor: FileDescriptor) throws {
        guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Two writers of one journal would each take the other's records for their own.
    private static func lock(_ descriptor: FileDescriptor) throws {
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0 else {
            throw BatchError(.journalUnavailable, "another process or writer has the journal open")
        }
    }

    private static func readAll(_ descriptor: FileDescriptor, from start: Int = 0) throws -> [UInt8] {
        let end = Int(try descriptor.seek(offset: 0, from: .end))
        guard end > start else { return [] }
        return try [UInt8](unsafeUninitializedCapacity: end - start) { buffer, count in
            while count < end - start {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let read = try descriptor.read(fromAbsoluteOffset: Int64(start + count), into: rest)
                if read == 0 { break }
                count += read
            }
        }
    }
}

extension FilePath {
    /// The path with the suffix added to its last component.
    fileprivate func withSuffix(_ suffix: String) -> FilePath {
        FilePath(string + suffix)
    }
}
