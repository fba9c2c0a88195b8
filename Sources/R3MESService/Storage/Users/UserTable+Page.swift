// SPDX-License-Identifier: Apache-2.0

import GRDB

/// Some rows of a longer list, and whether it goes on.
public struct Page<Item: Sendable>: Sendable {
    /// The rows, in order.
    public var items: [Item]
    /// Whether there are rows after these.
    public var hasMore: Bool
}

extension Page {
    /// A page from rows that were read with a limit of one more than wanted.
    init(rows: [Item], limit: Int) {
        items = Array(rows.prefix(limit))
        hasMore = rows.count > limit
    }
}

extension UserTable {
    /// A keyset page: it starts at a row, not at a count, so its cost does not grow with its depth.
    static func page(
        _ query: UserQuery,
        after position: UserQuery.Position?,
        limit: Int,
        in db: Database
    ) throws -> Page<User> {
        let (sql, arguments) = select(query, after: position, limit: limit + 1)
        let rows = try Row.fetchCursor(db.cachedStatement(sql: sql), arguments: arguments)
        var users: [User] = []
        users.reserveCapacity(limit + 1)
        while let row = try rows.next() {
            users.append(try decode(row))
        }
        return Page(rows: users, limit: limit)
    }

    /// The statement is put together from fixed parts only; all that comes from outside is an argument.
    private static func select(
        _ query: UserQuery,
        after position: UserQuery.Position?,
        limit: Int
    ) -> (sql: String, arguments: StatementArguments) {
        var conditions: [String] = []
        var arguments: StatementArguments = []
        if let isMiner = query.isMiner {
            conditions.append("is_miner = ?")
            arguments += [isMiner]
        }
        if let minimum = query.minimumCredits {
            conditions.append("credits >= ?")
            arguments += [minimum.millionths]
        }
        if let time = query.createdAfter {
            conditions.append("created_at > ?")
            arguments += [time.microseconds]
        }
        let column =
            switch query.key {
            case .createdAt: "created_at"
            case .credits: "credits"
            case .wallet: "wallet"
            }
        let comparison = query.isDescending ? "<" : ">"
        if let position {
            if query.key == .wallet {
                conditions.append("wallet \(comparison) ?")
                arguments += [position.wallet.description]
            } else {
                conditions.append("(\(column), wallet) \(comparison) (?, ?)")
                arguments += [position.value, position.wallet.description]
            }
        }
        arguments += [limit]
        let direction = query.isDescending ? "DESC" : "ASC"
        let order = query.key == .wallet ? "wallet \(direction)" : "\(column) \(direction), wallet \(direction)"
        let filter = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND ")) "
        return ("SELECT \(columns) FROM users \(filter)ORDER BY \(order) LIMIT ?", arguments)
    }
}

extension UserQuery {
    /// Where this user stands in the query's order.
    func position(of user: User) -> Position {
        let value: Int64 =
            switch key {
            case .createdAt: user.createdAt.microseconds
            case .credits: user.credits.millionths
            case .wallet: 0
            }
        return Position(value: value, wallet: user.wallet)
    }
}
