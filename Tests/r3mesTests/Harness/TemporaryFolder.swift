// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A fresh folder of a test, for a database and whatever lies beside it.
struct TemporaryFolder: Sendable {
    let path: String

    /// Runs a closure with a new folder, and removes it with all that is in it.
    static func with<Result>(_ body: (TemporaryFolder) async throws -> Result) async throws -> Result {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("r3mes-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        return try await body(TemporaryFolder(path: url.path))
    }

    /// The database file that services and commands use unless told otherwise.
    var database: String { path + "/r3mes.sqlite" }

    /// Writes a file and gives its path.
    func write(_ name: String, _ text: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    /// The names of all files in the folder.
    func names() throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: path))
    }

    /// Which of the files hold a text, byte for byte.
    func files(holding text: String) throws -> [String] {
        try names().sorted().filter { name in
            try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)).range(of: Data(text.utf8)) != nil
        }
    }
}
