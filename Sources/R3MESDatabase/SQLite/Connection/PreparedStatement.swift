// SPDX-License-Identifier: Apache-2.0

import GRDBSQLite

/// A statement as a connection has prepared it, for use on the connection's queue.
final class PreparedStatement {
    let pointer: OpaquePointer
    /// Whether it cannot change the file.
    let isReadOnly: Bool
    /// Whether somebody is between its first step and its reset.
    private(set) var isInUse = false

    private let connection: OpaquePointer
    private var names: [String] = []
    /// How often SQLite had prepared it anew when the names were read, because tables had changed.
    private var preparations: CInt = -1

    /// - Throws: ``DatabaseError``.
    init(
        _ text: ContiguousArray<CChar>,
        on connection: OpaquePointer,
        persistent: Bool = true
    ) throws(DatabaseError) {
        var pointer: OpaquePointer?
        let flags = persistent ? CUnsignedInt(SQLITE_PREPARE_PERSISTENT) : 0
        let (code, hasMore) = text.withUnsafeBufferPointer { text -> (CInt, Bool) in
            var rest: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v3(connection, text.baseAddress, -1, flags, &pointer, &rest)
            guard code == SQLITE_OK, let rest, rest.pointee != 0 else { return (code, false) }
            // Comments and space after the statement are no statement.
            var second: OpaquePointer?
            let another = sqlite3_prepare_v3(connection, rest, -1, 0, &second, nil)
            defer { sqlite3_finalize(second) }
            return (code, another != SQLITE_OK || second != nil)
        }
        guard code == SQLITE_OK else {
            throw DatabaseError(sqlite: connection)
        }
        guard let pointer, !hasMore else {
            sqlite3_finalize(pointer)
            throw DatabaseError(.invalidStatement, "the text must be one statement")
        }
        self.pointer = pointer
        self.connection = connection
        isReadOnly = sqlite3_stmt_readonly(pointer) != 0
    }

    deinit {
        sqlite3_finalize(pointer)
    }

    /// The names of the columns; to be asked for after the first step, which notices changed tables.
    var columns: [String] {
        let count = sqlite3_stmt_status(pointer, SQLITE_STMTSTATUS_REPREPARE, 0)
        if count != preparations {
            names = (0..<sqlite3_column_count(pointer)).map { index in
                sqlite3_column_name(pointer, index).map { String(cString: $0) } ?? ""
            }
            preparations = count
        }
        return names
    }

    /// Begins a run with these values.
    ///
    /// - Throws: ``DatabaseError``.
    func begin(_ sql: SQL) throws(DatabaseError) {
        isInUse = true
        var index: CInt = 0
        for piece in sql.pieces {
            guard case .parameter(let value) = piece else { continue }
            index += 1
            try bind(value, at: index)
        }
    }

    /// Begins a run with the values of a row.
    ///
    /// - Throws: ``DatabaseError``.
    func begin(row: [SQLValue]) throws(DatabaseError) {
        isInUse = true
        for (index, value) in row.enumerated() {
            try bind(value, at: CInt(index + 1))
        }
    }

    /// Goes to the next row; false at the end.
    ///
    /// - Throws: ``DatabaseError``.
    func step() throws(DatabaseError) -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw DatabaseError(sqlite: connection)
        }
    }

    /// Ends the run, however it went.
    func end() {
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
        isInUse = false
    }

    /// Appends the row on which the statement stands.
    func read(into table: inout SQLiteTableBuilder) throws(DatabaseError) {
        for column in 0..<sqlite3_data_count(pointer) {
            switch sqlite3_column_type(pointer, column) {
            case SQLITE_INTEGER:
                table.append(sqlite3_column_int64(pointer, column))
            case SQLITE_FLOAT:
                table.append(sqlite3_column_double(pointer, column))
            case SQLITE_TEXT:
                // In this order, as SQLite demands: the text first, then its size.
                let text = sqlite3_column_text(pointer, column)
                try table.append(text: bytes(text, column))
            case SQLITE_BLOB:
                let blob = sqlite3_column_blob(pointer, column)
                try table.append(blob: bytes(blob?.assumingMemoryBound(to: UInt8.self), column))
            default:
                table.appendNull()
            }
        }
        table.endRow()
    }

    private func bytes(_ start: UnsafePointer<UInt8>?, _ column: CInt) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(pointer, column)))
    }
}
