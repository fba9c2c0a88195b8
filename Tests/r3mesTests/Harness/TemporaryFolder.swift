// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESTestSupport

/// A fresh folder of a test, for a database and whatever lies beside it.
struct TemporaryFolder: Sendable {
    let path: String
    /// `--database` of services and commands, unless they are told otherwise.
    let databaseURL: String

    /// Runs a closure with a new folder, and a database in the engine that the test runs on, and removes them with all that is
    /// in them.
    static func with<Result>(_ body: (TemporaryFolder) async throws -> Result) async throws -> Result {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("r3mes-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        switch TestedEngine.current {
        case .sqlite:
            return try await body(TemporaryFolder(path: url.path, databaseURL: "sqlite:\(url.path)/r3mes.sqlite"))
        case .postgres:
            return try await withPostgresSchema { database in
                try await body(TemporaryFolder(path: url.path, databaseURL: database))
            }
        }
    }

    /// The database file, where the engine is SQLite.
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
