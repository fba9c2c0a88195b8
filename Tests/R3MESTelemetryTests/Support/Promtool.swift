// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Prometheus' own checker, in the package `prometheus` of Debian.
enum Promtool {
    static let path: String? = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Whether a run without it fails, rather than skips.
    static let isRequired = ProcessInfo.processInfo.environment["R3MES_TEST_REQUIRE_SERVERS"] == "1"

    struct Result {
        let code: Int32
        let output: String
    }

    static func run(_ arguments: [String], input: [UInt8] = []) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "promtool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (from, to) = (folder.appending(path: "input"), folder.appending(path: "output"))
        try Data(input).write(to: from)
        try Data().write(to: to)
        let process = Process()
        process.executableURL = URL(filePath: path ?? "/usr/bin/promtool")
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: from)
        let output = try FileHandle(forWritingTo: to)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        return Result(code: process.terminationStatus, output: try String(contentsOf: to, encoding: .utf8))
    }
}
