// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemPackage

/// A folder of files as the kernel would show them, removed with the value.
final class SystemFixture {
    let root: FilePath
    private let folder: URL

    init(_ files: [String: String]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "memory-\(UUID().uuidString)")
        root = FilePath(folder.path())
        for (path, text) in files {
            try set(path, text)
        }
    }

    func set(_ path: String, _ text: String) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// Takes the right to write away from all files and folders.
    func protect() throws {
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path()) {
            var isFolder: ObjCBool = false
            let full = folder.appending(path: path).path()
            _ = FileManager.default.fileExists(atPath: full, isDirectory: &isFolder)
            try FileManager.default.setAttributes(
                [.posixPermissions: isFolder.boolValue ? 0o555 : 0o444],
                ofItemAtPath: full
            )
        }
    }

    deinit {
        if let paths = try? FileManager.default.subpathsOfDirectory(atPath: folder.path()) {
            for path in paths {
                try? FileManager.default.setAttributes(
                    [.posixPermissions: 0o755],
                    ofItemAtPath: folder.appending(path: path).path()
                )
            }
        }
        try? FileManager.default.removeItem(at: folder)
    }

    static let machine = [
        "proc/self/statm": "5000 2000 500 10 0 900 0\n",
        "proc/meminfo": "MemTotal:       1000000 kB\nMemFree:  100 kB\nMemAvailable:    900000 kB\n",
    ]

    static func versionTwo(path: String = "/app", limit: String, current: Int, inactive: Int) -> [String: String] {
        machine.merging([
            "proc/self/cgroup": "0::\(path)\n",
            "sys/fs/cgroup\(path)/memory.max": "\(limit)\n",
            "sys/fs/cgroup\(path)/memory.current": "\(current)\n",
            "sys/fs/cgroup\(path)/memory.stat": "anon 5\ninactive_file \(inactive)\nactive_file 3\n",
            "sys/fs/cgroup\(path)/memory.events": "low 0\nhigh 4\nmax 3\noom 0\noom_kill 0\n",
            "sys/fs/cgroup\(path)/memory.pressure":
                "some avg10=12.50 avg60=1.00 avg300=0.00 total=5\nfull avg10=2.25 avg60=0.00 avg300=0.00 total=1\n",
        ]) { $1 }
    }
}
