// SPDX-License-Identifier: Apache-2.0

import Foundation

extension ServiceConfiguration.Loaded {
    /// The effective configuration for people: a line for each setting with its key, its value and its origin.
    ///
    /// Secrets and passwords are masked.
    public func text() -> String {
        let rows = rows.map { [$0.key, $0.value, $0.origin] }
        let widths = (0..<2).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return (padded + row.suffix(1)).joined(separator: "  ") + "\n"
        }
        .joined()
    }

    /// The effective configuration for machines: `{"settings":[{"key","value","origin"}]}`, values as in a file.
    ///
    /// Secrets and passwords are masked.
    ///
    /// - Throws: What `JSONEncoder` throws.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(["settings": rows]), as: UTF8.self)
    }

    private struct Row: Encodable {
        let key: String
        let value: String
        let origin: String
    }

    private var rows: [Row] {
        ServiceConfiguration.Setting.all.map { setting in
            let origin = origins[setting.key] ?? .default
            return Row(key: setting.key, value: setting.shown(in: configuration), origin: origin.description)
        }
    }
}
