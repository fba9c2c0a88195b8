// SPDX-License-Identifier: Apache-2.0

/// A table that reads well both in a terminal and in a document.
package struct MarkdownTable: Sendable {
    private let header: [String]
    private var rows: [[String]] = []

    package init(_ header: String...) {
        self.header = header
    }

    package init(_ first: String, header: [String]) {
        self.header = [first] + header
    }

    package mutating func add(_ cells: String...) {
        rows.append(cells)
    }

    package mutating func add(_ first: String, _ cells: [String]) {
        rows.append([first] + cells)
    }

    /// The lines; the first column aligned to the left, the others to the right.
    package var text: String {
        let widths = header.indices.map { column in
            ([header] + rows).map { $0[column].count }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).enumerated().map { index, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return index == 0 ? cell.0 + space : space + cell.0
            }
            return "| " + padded.joined(separator: " | ") + " |"
        }
        let rule = widths.enumerated().map { index, width in
            String(repeating: "-", count: max(width, 3) - (index == 0 ? 0 : 1)) + (index == 0 ? "" : ":")
        }
        return ([line(header), "| " + rule.joined(separator: " | ") + " |"] + rows.map(line)).joined(separator: "\n")
    }
}
