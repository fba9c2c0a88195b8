// SPDX-License-Identifier: Apache-2.0

/// A statement with its values: what a result is remembered by.
struct QueryKey: Hashable, Sendable {
    private let sql: SQL

    init(_ sql: SQL) {
        self.sql = sql
    }

    static func == (first: QueryKey, second: QueryKey) -> Bool {
        guard SQLShape(first.sql) == SQLShape(second.sql) else { return false }
        for index in first.sql.pieces.indices {
            if case .parameter(let first) = first.sql.pieces[index],
                case .parameter(let second) = second.sql.pieces[index],
                first != second
            {
                return false
            }
        }
        return true
    }

    func hash(into hasher: inout Hasher) {
        SQLShape(sql).hash(into: &hasher)
        for piece in sql.pieces {
            if case .parameter(let value) = piece { hasher.combine(value) }
        }
    }

    /// What the key occupies beyond itself, roughly, in bytes.
    var byteCount: Int {
        sql.pieces.reduce(sql.pieces.count * MemoryLayout<SQL.Piece>.stride) { sum, piece in
            switch piece {
            case .literal: sum
            case .text(let text): sum + text.utf8.count
            case .parameter(let value): sum + value.byteCount
            }
        }
    }
}

extension SQLValue {
    /// What the value occupies beyond itself, roughly, in bytes.
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .json(let json): json.utf8.count
        case .decimal(let decimal): decimal.text.utf8.count
        case .array(let values): values.reduce(values.count * MemoryLayout<SQLValue>.stride) { $0 + $1.byteCount }
        case .null, .bool, .integer, .double, .uuid, .timestamp: 0
        }
    }
}
