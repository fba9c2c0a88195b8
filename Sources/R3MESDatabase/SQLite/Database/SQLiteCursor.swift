// SPDX-License-Identifier: Apache-2.0

/// The rows of a statement that is between its first step and its last.
///
/// `@unchecked Sendable`: used on its connection's queue only.
final class SQLiteCursor: @unchecked Sendable {
    /// How many rows a chunk may have.
    private static let maximumRows = 512
    /// How many bytes a chunk may take before it is given away.
    private static let maximumSize = 128 << 10

    private var statement: PreparedStatement?
    private var isAtEnd = false

    func open(_ statement: Statement, _ sql: SQL, on connection: SQLiteConnection) throws {
        let prepared = try connection.prepare(statement)
        guard prepared.isReadOnly || !connection.isReader else {
            statement.markAsWriting()
            throw DatabaseError(.readOnly, "a write where only reading is allowed")
        }
        self.statement = prepared
        do {
            try prepared.begin(sql)
        } catch {
            close()
            throw error
        }
    }

    /// The next chunk; nil at the end.
    func next() throws -> Rows? {
        guard let statement, !isAtEnd else { return nil }
        var table = SQLiteTableBuilder()
        while table.rowCount < Self.maximumRows, table.size < Self.maximumSize {
            guard try statement.step() else {
                isAtEnd = true
                break
            }
            try statement.read(into: &table)
        }
        return table.rowCount == 0 ? nil : Rows(table.finish(columns: statement.columns))
    }

    /// Gives the statement back; may be called several times.
    func close() {
        statement?.end()
        statement = nil
        isAtEnd = true
    }
}
