// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The names of columns' types, as they were when somebody last looked.
///
/// They only say how an array is to be read, and the server then fits its elements to the columns: a type that has changed meanwhile leads to an
/// error at worst.
final class ColumnTypeCache: Sendable {
    private struct Key: Hashable {
        let table: [String]
        let columns: [String]
    }

    private static let capacity = 1024

    private let known = Mutex<[Key: [String]]>([:])

    /// The types, asked of the server the first time.
    func types(
        of target: InsertTarget,
        in session: PostgresSession,
        deadline: ContinuousClock.Instant?
    ) async throws -> [String] {
        if let types = types(of: target) {
            return types
        }
        let name = target.tableName.text(for: .postgres)
        let result = try await session.send(
            """
            SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
            WHERE attrelid = \(name)::regclass AND attnum > 0 AND NOT attisdropped
            """,
            deadline: deadline
        )
        var types: [String: String] = [:]
        for row in Rows(result) {
            types[try row.decode(String.self, at: 0)] = try row.decode(String.self, at: 1)
        }
        let ofColumns = try target.columns.map { column throws(DatabaseError) in
            guard let type = types[column] else {
                throw DatabaseError(.undefinedObject, "the table has no column \"\(column)\"")
            }
            return type
        }
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll() }
            known[Key(table: target.table, columns: target.columns)] = ofColumns
        }
        return ofColumns
    }

    func types(of target: InsertTarget) -> [String]? {
        known.withLock { $0[Key(table: target.table, columns: target.columns)] }
    }

    /// Forgets what may be wrong.
    func forget(_ target: InsertTarget) {
        known.withLock { $0[Key(table: target.table, columns: target.columns)] = nil }
    }
}
