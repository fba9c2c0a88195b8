// SPDX-License-Identifier: Apache-2.0

import Foundation
import R3MESCache

/// Streams of keys that real programs left, in files outside this project.
struct RecordedTraces {
    let files: [URL]

    /// Nil if there is no such folder.
    init?(folder: String) {
        let url = URL(fileURLWithPath: folder)
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: url.path) else { return nil }
        files = names.filter { $0.hasSuffix(".txt.gz") }.sorted().map { url.appendingPathComponent($0) }
    }

    static func read(_ file: URL) throws -> KeyTrace {
        var reader = KeyTraceReader()
        try reader.append(Data(contentsOf: file))
        return try reader.finish()
    }
}
