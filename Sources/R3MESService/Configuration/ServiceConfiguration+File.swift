// SPDX-License-Identifier: Apache-2.0

import Configuration
import Synchronization
import SystemPackage

extension ServiceConfiguration {
    /// A configuration file, flattened to dotted keys and texts.
    struct File: Sendable {
        /// Where it is.
        let path: String

        /// Its single values as text, by dotted key.
        private(set) var values: [String: String] = [:]

        /// The keys whose value is a list.
        private(set) var listKeys: Set<String> = []

        /// The keys that stand there twice, as `a.b:` and as `b:` below `a:`.
        private(set) var repeatedKeys: Set<String> = []

        /// Reads and parses a file, as its name ends: `.yaml`, `.yml` or `.json`.
        ///
        /// Blocks while reading, which is for the start of a process.
        ///
        /// - Throws: ``ServiceError`` with the code ``ServiceError/Code/configurationUnreadable``, naming the path, the
        ///   line if the parser knows it, and nothing of what the file holds.
        init(path: String) throws(ServiceError) {
            self.path = path
            let keys = KeyRecorder()
            let snapshot: any ConfigSnapshot
            do {
                snapshot = try Self.snapshot(path: path, keys: keys)
            } catch {
                throw Self.unreadable(path, error)
            }
            for (key, count) in keys.counts {
                if let text = Self.text(of: key, in: snapshot) {
                    values[key] = text
                } else {
                    listKeys.insert(key)
                }
                if count > 1 { repeatedKeys.insert(key) }
            }
        }

        /// All keys of the file.
        var keys: Set<String> { listKeys.union(values.keys) }
    }
}

extension ServiceConfiguration.File {
    /// Reads and parses the file.
    ///
    /// JSON goes to the YAML parser too, of whose language it is a part: that one knows the lines of mistakes, refuses
    /// a key that stands twice in one mapping, and leaves every scalar the text that it was.
    private static func snapshot(path: String, keys: KeyRecorder) throws -> any ConfigSnapshot {
        var bytes: [UInt8]
        switch FilePath(path).extension?.lowercased() {
        case "yaml", "yml":
            bytes = try contents(of: path)
            if isBlank(bytes) { bytes = Array("{}".utf8) }
        case "json":
            bytes = try contents(of: path)
            guard bytes.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "{") else {
                throw Unreadable("it must hold a JSON object")
            }
        default:
            throw Unreadable("its name must end in .yaml, .yml or .json")
        }
        return try YAMLSnapshot(
            data: bytes.span.bytes,
            providerName: path,
            parsingOptions: .init(secretsSpecifier: .dynamic { key, _ in keys.record(key) })
        )
    }

    /// The text of a key's value, unless that is a list.
    private static func text(of key: String, in snapshot: any ConfigSnapshot) -> String? {
        let components = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let value = try? snapshot.value(forKey: AbsoluteConfigKey(components), type: .string).value
        guard case .string(let text) = value?.content else { return nil }
        return text
    }

    /// Learns the keys of a file: a snapshot can be asked for a key but does not list them, yet while parsing it asks
    /// its secrets specifier about each.
    private final class KeyRecorder: Sendable {
        private let state = Mutex<[String: Int]>([:])

        var counts: [String: Int] { state.withLock { $0 } }

        func record(_ key: String) -> Bool {
            state.withLock { $0[key, default: 0] += 1 }
            let setting = ServiceConfiguration.Setting.named(key)
            return setting?.secrecy != .open
        }
    }
}

extension ServiceConfiguration.File {
    /// A reason of our own why a file cannot be read.
    private struct Unreadable: Error {
        let reason: String

        init(_ reason: String) {
            self.reason = reason
        }
    }

    /// The longest file that is read: a device or a wrong path should not fill the memory.
    private static let maximumSize = ByteCount.mebibytes(1)

    private static func contents(of path: String) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
        return try descriptor.closeAfter {
            var bytes: [UInt8] = []
            while true {
                let chunk = try [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                    count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
                }
                if chunk.isEmpty { return bytes }
                bytes += chunk
                if bytes.count > maximumSize.bytes { throw Unreadable("it is longer than \(maximumSize)") }
            }
        }
    }

    /// Whether nothing but comments is there, which the YAML parser does not take for a mapping.
    private static func isBlank(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).allSatisfy { line in
            let content = line.drop(while: \.isWhitespace)
            return content.isEmpty || content.hasPrefix("#")
        }
    }

    private static func unreadable(_ path: String, _ error: any Error) -> ServiceError {
        let reason =
            switch error {
            case let error as Unreadable: error.reason
            case let error as Errno: error.description
            default: parserReason("\(error)")
            }
        // A parser's error quotes the file, and so must not even get into the log.
        return ServiceError(
            .configurationUnreadable,
            "The configuration file \(path) cannot be read: \(reason).",
            underlying: error is Unreadable || error is Errno ? error : nil
        )
    }

    /// What the parser says, without the lines it quotes, since a secret may stand in one of them.
    ///
    /// Most of its errors begin with `line:column: error: kind:` and a fixed text.
    private static func parserReason(_ description: String) -> String {
        let first = description.prefix { !$0.isNewline }
        if let match = first.firstMatch(of: /^(\d+):\d+: error: \w+: (.*?):?$/) {
            return "line \(match.1): \(match.2)"
        }
        let line = description.firstMatch(of: /in line (\d+)/).map { "line \($0.1): " } ?? ""
        return line + (first.hasSuffix(".") ? first.dropLast() : first)
    }
}
