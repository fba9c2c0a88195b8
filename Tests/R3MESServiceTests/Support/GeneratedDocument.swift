// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A document in the repository that is generated from code, and must not differ from what the code says.
struct GeneratedDocument {
    /// Where it is, from the root of the package.
    let path: String

    /// The root of the package, found from the place of this file.
    static let packageRoot = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The text of a file in the package.
    static func text(ofFile path: String) throws -> String {
        try String(contentsOf: packageRoot.appending(path: path), encoding: .utf8)
    }

    /// Fails the test if the document does not hold this text.
    ///
    /// With `R3MES_TEST_UPDATE_DOCS=1` the document is written instead.
    func expect(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let url = Self.packageRoot.appending(path: path)
        if ProcessInfo.processInfo.environment["R3MES_TEST_UPDATE_DOCS"] == "1" {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try text.write(to: url, atomically: true, encoding: .utf8)
            return
        }
        let current = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        let firstDifference = zip(current.split(separator: "\n"), text.split(separator: "\n")).first { $0 != $1 }
        #expect(
            current == text,
            """
            \(path) is not what the code says; run the tests once with R3MES_TEST_UPDATE_DOCS=1.
            In the file: \(firstDifference?.0 ?? "(length differs)")
            In the code: \(firstDifference?.1 ?? "(length differs)")
            """,
            sourceLocation: sourceLocation
        )
    }
}
