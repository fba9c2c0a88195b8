// SPDX-License-Identifier: Apache-2.0

/// The rows of a result, decoded only where they are looked at.
///
/// Rows of PostgreSQL stay in the memory of the client library, in its binary format; the value keeps that memory
/// alive, and so does each ``Row`` of it. Copying either costs a reference.
public struct Rows: Sendable {
    enum Storage: Sendable {
        case postgres(PostgresResult)
        case sqlite(SQLiteTable)
        case values(ValueTable)
    }

    let storage: Storage

    init(_ result: PostgresResult) {
        storage = .postgres(result)
    }

    init(_ table: SQLiteTable) {
        storage = .sqlite(table)
    }

    /// Makes a result of values, for a database in a test or in memory.
    ///
    /// Values that a row lacks are null, and those that it has beyond the columns are dropped.
    public init(columns: [String], rows: [[SQLValue]]) {
        storage = .values(ValueTable(columns: columns, rows: rows))
    }

    /// The names of the columns.
    public var columns: [String] {
        switch storage {
        case .postgres(let result): (0..<result.columnCount).map { result.columnName(at: $0) }
        case .sqlite(let table): table.columns
        case .values(let table): table.columns
        }
    }

    var columnCount: Int {
        switch storage {
        case .postgres(let result): result.columnCount
        case .sqlite(let table): table.columns.count
        case .values(let table): table.columns.count
        }
    }

    /// The position of the first column with that name; nil if there is none.
    public func position(ofColumn name: String) -> Int? {
        switch storage {
        case .postgres(let result): result.position(ofColumn: name)
        case .sqlite(let table): table.columns.firstIndex(of: name)
        case .values(let table): table.columns.firstIndex(of: name)
        }
    }

    /// What the rows occupy, roughly, in bytes.
    var byteCount: Int {
        switch storage {
        case .postgres(let result): result.byteCount
        case .sqlite(let table): table.byteCount
        case .values(let table): table.byteCount
        }
    }

    /// The only row.
    ///
    /// - Throws: ``DatabaseError/Code/rowNotFound`` if there is none, or more than one.
    public func only() throws(DatabaseError) -> Row {
        guard count == 1 else {
            throw DatabaseError(.rowNotFound, "one row was expected, the result has \(count)")
        }
        return self[0]
    }
}

extension Rows: RandomAccessCollection {
    /// The first row's position.
    public var startIndex: Int { 0 }

    /// How many rows there are.
    public var endIndex: Int {
        switch storage {
        case .postgres(let result): result.rowCount
        case .sqlite(let table): table.rowCount
        case .values(let table): table.rows.count
        }
    }

    /// The row at a position.
    public subscript(position: Int) -> Row {
        precondition(indices.contains(position), "row \(position) of \(count)")
        return Row(rows: self, index: position)
    }
}
