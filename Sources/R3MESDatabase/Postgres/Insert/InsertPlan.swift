// SPDX-License-Identifier: Apache-2.0

/// Rows to insert, and the way that is fastest for their number: several rows of values, arrays unnested, or a copy.
///
/// A few rows are sent as values, which takes no knowledge of the table. More go as one array for each column, so that any number
/// has the same text, which stays prepared. Many go by `COPY`; where rows may be there already, into a table of the
/// transaction's own and from there by one statement.
struct InsertPlan {
    enum Way {
        case values, unnest, copy
    }

    /// Up to so many rows are sent as values: so many texts may have to be prepared.
    static let mostByValues = 8
    /// From so many values on it is worth while to copy.
    static let leastToCopy = 2000
    static let leastRowsToCopy = 200

    let rows: [[SQLValue]]
    let target: InsertTarget

    /// - Throws: ``DatabaseError/Code/invalidParameter``.
    init(_ rows: [[SQLValue]], _ target: InsertTarget) throws(DatabaseError) {
        self.rows = rows
        self.target = target
        guard !target.table.isEmpty, !target.columns.isEmpty else {
            throw DatabaseError(.invalidParameter, "an insert needs a table and at least one column")
        }
        if let index = rows.firstIndex(where: { $0.count != target.columns.count }) {
            throw DatabaseError(
                .invalidParameter,
                "row \(index) has \(rows[index].count) values for \(target.columns.count) columns"
            )
        }
        if case .update(let columns, let key) = target.conflict, columns.isEmpty || key.isEmpty {
            throw DatabaseError(.invalidParameter, "an update on conflict needs columns to replace and a key")
        }
    }

    var way: Way {
        if rows.count <= Self.mostByValues {
            return .values
        }
        let isMany = rows.count >= Self.leastRowsToCopy && rows.count * target.columns.count >= Self.leastToCopy
        return isMany || rows.contains(where: { $0.contains(where: \.isArray) }) ? .copy : .unnest
    }
}

extension SQLValue {
    fileprivate var isArray: Bool {
        if case .array = self { true } else { false }
    }
}

// The pieces of SQL.
extension InsertTarget {
    var tableName: SQL {
        SQL(unsafeRaw: table.map { SQL.quoted($0) }.joined(separator: "."))
    }

    var columnNames: SQL { Self.list(columns) }

    /// How every insert begins, up to the rows.
    var beginning: SQL { "INSERT INTO \(tableName) (\(columnNames)) " }

    /// What the server is to do with rows that are there already; nothing where they are an error.
    var conflictRule: SQL {
        switch conflict {
        case .fail: return ""
        case .ignore(let key):
            return key.isEmpty ? " ON CONFLICT DO NOTHING" : " ON CONFLICT (\(Self.list(key))) DO NOTHING"
        case .update(let columns, let key):
            let changes = columns.map { column -> SQL in
                "\(identifier: column) = EXCLUDED.\(identifier: column)"
            }
            return " ON CONFLICT (\(Self.list(key))) DO UPDATE SET \(changes.joined(separator: ", "))"
        }
    }

    private static func list(_ names: [String]) -> SQL {
        SQL(unsafeRaw: names.map { SQL.quoted($0) }.joined(separator: ", "))
    }
}
