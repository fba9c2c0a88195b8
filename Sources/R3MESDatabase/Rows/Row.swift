// SPDX-License-Identifier: Apache-2.0

/// One row of a result.
public struct Row: Sendable {
    let rows: Rows
    let index: Int

    /// How many columns the row has.
    public var count: Int { rows.columnCount }

    /// The cell in a column; nil if there is no such column.
    public func cell(at column: Int) -> SQLCell? {
        guard column >= 0, column < rows.columnCount else {
            return nil
        }
        return SQLCell(row: self, column: column)
    }

    /// Decodes the value in a column.
    ///
    /// - Throws: ``DatabaseError/Code/columnNotFound`` or ``DatabaseError/Code/typeMismatch``, naming the column.
    public func decode<Value: SQLDecodable>(
        _ type: Value.Type = Value.self,
        at column: Int
    ) throws(DatabaseError) -> Value {
        guard let cell = cell(at: column) else {
            throw DatabaseError(.columnNotFound, "the result has \(count) columns, and none at position \(column)")
        }
        return try Value(sqlCell: cell)
    }

    /// Decodes the value in the column of a name.
    ///
    /// A look-up by name compares it to each column's; by position it costs nothing.
    ///
    /// - Throws: ``DatabaseError/Code/columnNotFound`` or ``DatabaseError/Code/typeMismatch``, naming the column.
    public subscript<Value: SQLDecodable>(
        column: String,
        as type: Value.Type = Value.self
    ) -> Value {
        get throws(DatabaseError) {
            guard let position = rows.position(ofColumn: column) else {
                throw DatabaseError(.columnNotFound, "the result has no column \"\(column)\"")
            }
            return try Value(sqlCell: SQLCell(row: self, column: position))
        }
    }

    /// Decodes the first columns: `let (wallet, credits) = try row.decode((String, Int64).self)`.
    ///
    /// - Throws: ``DatabaseError/Code/columnNotFound`` or ``DatabaseError/Code/typeMismatch``, naming the column.
    public func decode<each Value: SQLDecodable>(
        _ types: (repeat each Value).Type = (repeat each Value).self
    ) throws(DatabaseError) -> (repeat each Value) {
        var column = 0
        func next<Next: SQLDecodable>(_ type: Next.Type) throws(DatabaseError) -> Next {
            defer { column += 1 }
            return try decode(type, at: column)
        }
        return (repeat try next((each Value).self))
    }
}
