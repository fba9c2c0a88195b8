// SPDX-License-Identifier: Apache-2.0

/// Rows held as values.
final class ValueTable: Sendable {
    let columns: [String]
    let rows: [[SQLValue]]

    init(columns: [String], rows: [[SQLValue]]) {
        self.columns = columns
        self.rows = rows
    }

    /// What it occupies, roughly.
    var byteCount: Int {
        rows.reduce(0) { sum, row in
            row.reduce(sum + 32 + row.count * MemoryLayout<SQLValue>.stride) { $0 + $1.byteCount }
        }
    }

    func value(row: Int, column: Int) -> SQLValue {
        let row = rows[row]
        return column < row.count ? row[column] : .null
    }
}
