// SPDX-License-Identifier: Apache-2.0

/// One value of a result, not decoded yet.
public struct SQLCell: Sendable {
    enum Content: Sendable {
        case null
        case binary(PostgresCell)
        case sqlite(SQLiteCell)
        case value(SQLValue)
    }

    /// Keeps the memory that the content points into.
    private let row: Row
    private let column: Int
    private let content: Content

    private init(row: Row, column: Int, content: Content) {
        self.row = row
        self.column = column
        self.content = content
    }

    init(row: Row, column: Int) {
        let content: Content =
            switch row.rows.storage {
            case .postgres(let result):
                result.cell(row: row.index, column: column).map { .binary($0) } ?? .null
            case .sqlite(let table):
                table.cell(row: row.index, column: column).map { .sqlite($0) } ?? .null
            case .values(let table):
                switch table.value(row: row.index, column: column) {
                case .null: .null
                case let value: .value(value)
                }
            }
        self.init(row: row, column: column, content: content)
    }

    /// Whether there is no value.
    public var isNull: Bool {
        if case .null = content { true } else { false }
    }

    /// The name of the cell's column.
    public var columnName: String {
        switch row.rows.storage {
        case .postgres(let result): result.columnName(at: column)
        case .sqlite(let table): table.columns[column]
        case .values(let table): table.columns[column]
        }
    }

    /// What the database calls the type of the value.
    public var typeName: String {
        switch content {
        case .null: "null"
        case .binary(let cell): cell.type.description
        case .sqlite(let cell): cell.kind
        case .value(let value): value.kind
        }
    }

    /// The error that says what was expected in this cell, and what type is there instead; never the value.
    public func mismatch(_ expected: String, file: String = #fileID, line: Int = #line) -> DatabaseError {
        DatabaseError(
            .typeMismatch,
            "column \"\(columnName)\": expected \(expected), found \(typeName)",
            file: file,
            line: line
        )
    }

    /// Decodes by the ways that a value can be there; nil from any is a mismatch.
    func decode<Value>(
        _ expected: @autoclosure () -> String,
        _ binary: (PostgresCell) throws(DatabaseError) -> Value?,
        _ sqlite: (SQLiteCell) throws(DatabaseError) -> Value?,
        _ value: (SQLValue) throws(DatabaseError) -> Value?
    ) throws(DatabaseError) -> Value {
        let decoded: Value?
        switch content {
        case .null: decoded = nil
        case .binary(let cell):
            decoded = try binary(cell)
            withExtendedLifetime(row) {}
        case .sqlite(let cell): decoded = try sqlite(cell)
        case .value(let content): decoded = try value(content)
        }
        guard let decoded else {
            throw mismatch(expected())
        }
        return decoded
    }

    /// The elements of the array in the cell, each decoded as a cell of its own.
    func elements<Element>(
        _ decodeElement: (SQLCell) throws(DatabaseError) -> Element
    ) throws(DatabaseError) -> [Element] {
        try decode("an array of one dimension") { cell throws(DatabaseError) in
            guard let array = PostgresArray(cell) else { return nil }
            var elements: [Element] = []
            elements.reserveCapacity(array.count)
            for content in array {
                let content = content.map { Content.binary($0) } ?? .null
                elements.append(try decodeElement(SQLCell(row: row, column: column, content: content)))
            }
            return elements
        } _: { cell throws(DatabaseError) in
            guard let array = cell.elements() else { return nil }
            var elements: [Element] = []
            for index in array.columns.indices {
                let content = array.cell(row: 0, column: index).map { Content.sqlite($0) } ?? .null
                elements.append(try decodeElement(SQLCell(row: row, column: column, content: content)))
            }
            return elements
        } _: { value throws(DatabaseError) in
            guard case .array(let values) = value else { return nil }
            var elements: [Element] = []
            for value in values {
                let content = value == .null ? Content.null : .value(value)
                elements.append(try decodeElement(SQLCell(row: row, column: column, content: content)))
            }
            return elements
        }
    }
}
