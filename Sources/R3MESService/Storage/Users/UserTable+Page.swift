// SPDX-License-Identifier: Apache-2.0

import GRDB

extension UserTable {
    /// A keyset page: it starts at a row, not at a count, so its cost does not grow with its depth.
    static func page(
        _ query: UserQuery,
        after position: UserQuery.Position?,
        limit: Int,
        in db: Database
    ) throws -> Page<User, UserQuery.Position> {
        let (sql, arguments) = select(query, after: position, limit: limit + 1)
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
        return try Page(limit: limit) {
            try rows.next().map { row in
                let user = try decode(row)
                return (user, query.position(of: user, number: row[7]))
            }
        }
    }

    /// The statement is put together from fixed parts only; all that comes from outside is an argument.
    private static func select(
        _ query: UserQuery,
        after position: UserQuery.Position?,
        limit: Int
    ) -> (sql: String, arguments: StatementArguments) {
        let column =
            switch query.key {
            case .createdAt: "created_at"
            case .credits: "credits"
            case .wallet: "wallet"
            }
        // SQLite would begin at the bound of the filter instead of at the position, and walk past every page before: the
        // plus sign keeps the filter off the index. Only where the filter bounds the far end, or there is no position,
        // does it belong there.
        func filter(_ name: String) -> String {
            name == column && (query.isDescending || position == nil) ? name : "+\(name)"
        }
        var conditions: [String] = []
        var arguments: StatementArguments = []
        if let isMiner = query.isMiner {
            conditions.append("is_miner = ?")
            arguments += [isMiner]
        }
        if let minimum = query.minimumCredits {
            conditions.append("\(filter("credits")) >= ?")
            arguments += [minimum.millionths]
        }
        if let time = query.createdAfter {
            conditions.append("\(filter("created_at")) > ?")
            arguments += [time.microseconds]
        }
        let comparison = query.isDescending ? "<" : ">"
        switch position {
        case nil:
            break
        case .wallet(let wallet):
            conditions.append("wallet \(comparison) ?")
            arguments += [wallet.description]
        case .value(let value, let number):
            conditions.append("(\(column), id) \(comparison) (?, ?)")
            arguments += [value, number]
        }
        arguments += [limit]
        let direction = query.isDescending ? "DESC" : "ASC"
        let restriction = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND ")) "
        let order = "\(column) \(direction), id \(direction)"
        return ("SELECT \(columns), id FROM users \(restriction)ORDER BY \(order) LIMIT ?", arguments)
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
