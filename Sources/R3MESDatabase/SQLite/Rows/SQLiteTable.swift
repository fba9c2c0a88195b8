// SPDX-License-Identifier: Apache-2.0

/// Rows of SQLite as they were read: 16 bytes for each cell and, of all texts and bytes one after the other, their contents.
final class SQLiteTable: Sendable {
    /// One value in one of SQLite's storage classes.
    enum Cell: Sendable {
        case null
        case integer(Int64)
        case real(Double)
        case text(UInt32, count: UInt32)
        case blob(UInt32, count: UInt32)
    }

    let columns: [String]
    let rowCount: Int
    private let cells: ContiguousArray<Cell>
    private let contents: ContiguousArray<UInt8>

    /// What it occupies, roughly.
    var byteCount: Int { cells.count * MemoryLayout<Cell>.stride + contents.count }

    init(columns: [String], rowCount: Int, cells: ContiguousArray<Cell>, contents: ContiguousArray<UInt8>) {
        self.columns = columns
        self.rowCount = rowCount
        self.cells = cells
        self.contents = contents
    }

    /// The cell; nil for a null.
    func cell(row: Int, column: Int) -> SQLiteCell? {
        switch cells[row * columns.count + column] {
        case .null: nil
        case let cell: SQLiteCell(table: self, cell: cell)
        }
    }

    /// The contents of a text or of bytes, which are gone when the closure returns.
    func withContents<Result>(
        _ offset: UInt32,
        _ count: UInt32,
        _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        contents.withUnsafeBufferPointer { contents in
            body(UnsafeBufferPointer(rebasing: contents[Int(offset)..<Int(offset) + Int(count)]))
        }
    }
}

/// Gathers cells into a table.
struct SQLiteTableBuilder {
    /// The most bytes of one table: offsets are 32 bits.
    static let maximumContents = Int(UInt32.max)

    private var cells: ContiguousArray<SQLiteTable.Cell> = []
    private var contents: ContiguousArray<UInt8> = []
    private(set) var rowCount = 0

    /// How much memory the cells take.
    var size: Int { cells.count * MemoryLayout<SQLiteTable.Cell>.stride + contents.count }

    mutating func append(_ integer: Int64) {
        cells.append(.integer(integer))
    }

    mutating func append(_ real: Double) {
        cells.append(.real(real))
    }

    mutating func appendNull() {
        cells.append(.null)
    }

    /// - Throws: ``DatabaseError/Code/resourceExhausted``.
    mutating func append(text: UnsafeBufferPointer<UInt8>) throws(DatabaseError) {
        cells.append(.text(try append(text), count: UInt32(text.count)))
    }

    /// - Throws: ``DatabaseError/Code/resourceExhausted``.
    mutating func append(blob: UnsafeBufferPointer<UInt8>) throws(DatabaseError) {
        cells.append(.blob(try append(blob), count: UInt32(blob.count)))
    }

    private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) throws(DatabaseError) -> UInt32 {
        guard contents.count + bytes.count <= Self.maximumContents else {
            throw DatabaseError(.resourceExhausted, "the result has more than 4 GiB: read it with withRows")
        }
        let offset = UInt32(contents.count)
        contents.append(contentsOf: bytes)
        return offset
    }

    mutating func endRow() {
        rowCount += 1
    }

    /// The table of all that was appended; the builder is empty afterwards.
    mutating func finish(columns: [String]) -> SQLiteTable {
        defer { self = Self() }
        return SQLiteTable(columns: columns, rowCount: rowCount, cells: cells, contents: contents)
    }
}
