// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The files of this package, and the documents among them that are generated.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Fails the test if the document does not hold this text; writes it instead with `R3MES_TEST_UPDATE_DOCS=1`.
    static func expect(_ path: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let url = root.appending(path: path)
        if ProcessInfo.processInfo.environment["R3MES_TEST_UPDATE_DOCS"] == "1" {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try text.write(to: url, atomically: true, encoding: .utf8)
            return
        }
        let current = try? String(contentsOf: url, encoding: .utf8)
        #expect(
            current == text,
            "\(path) is not what the catalogue says; run the tests once with R3MES_TEST_UPDATE_DOCS=1",
            sourceLocation: sourceLocation
        )
    }

    /// All Swift files of the libraries, by their paths from `Sources`.
    static func sources() throws -> [(path: String, text: String)] {
        let folder = root.appending(path: "Sources")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return try paths.filter { $0.hasSuffix(".swift") }.sorted().map {
            ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
        }
    }
}
