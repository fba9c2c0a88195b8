// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase

extension UserTable {
    /// A keyset page: it starts at a row, not at a count, so its cost does not grow with its depth.
    static func page(
        _ query: UserQuery,
        after position: UserQuery.Position?,
        limit: Int,
        in db: some StatementExecutor
    ) async throws -> Page<User, UserQuery.Position> {
        let rows = try await db.query(select(query, after: position, limit: limit + 1))
        return try Page(limit: limit, from: rows) { row in
            let user = try decode(row)
            return (user, query.position(of: user, number: try row.decode(at: 7)))
        }
    }

    /// The statement that reads a page.
    static func select(_ query: UserQuery, after position: UserQuery.Position?, limit: Int) -> SQL {
        let column: SQL =
            switch query.key {
            case .createdAt: "created_at"
            case .credits: "credits"
            case .wallet: "wallet"
            }
        // SQLite would begin at the bound of the filter instead of at the position, and walk past every page before: the
        // plus sign keeps the filter off the index. Only where the filter bounds the far end, or there is no position,
        // does it belong there.
        func plus(_ key: UserQuery.Key) -> SQL {
            key == query.key && (query.isDescending || position == nil) ? "" : "+"
        }
        var conditions: [SQL] = []
        if let isMiner = query.isMiner {
            conditions.append("is_miner = \(isMiner)")
        }
        if let minimum = query.minimumCredits {
            conditions.append("\(plus(.credits))credits >= \(minimum)")
        }
        if let time = query.createdAfter {
            conditions.append("\(plus(.createdAt))created_at > \(time)")
        }
        let comparison: SQL = query.isDescending ? "<" : ">"
        switch position {
        case nil:
            break
        case .wallet(let wallet):
            conditions.append("wallet \(comparison) \(wallet)")
        case .value(let value, let number):
            conditions.append("(\(column), id) \(comparison) (\(value), \(number))")
        }
        let direction: SQL = query.isDescending ? "DESC" : "ASC"
        let restriction: SQL = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND ")) "
        return """
            SELECT \(columns), id FROM users \(restriction)ORDER BY \(column) \(direction), id \(direction)
            LIMIT \(limit)
            """
    }
}

extension UserQuery {
    /// Where this user stands in the query's order.
    fileprivate func position(of user: User, number: Int64) -> Position {
        switch key {
        case .createdAt: .value(user.createdAt.microseconds, number: number)
        case .credits: .value(user.credits.millionths, number: number)
        case .wallet: .wallet(user.wallet)
        }
    }
}
