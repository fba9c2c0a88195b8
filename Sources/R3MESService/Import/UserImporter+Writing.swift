// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase

extension UserImporter {
    /// Writes a batch: the new users and their entries at once, then those that were there, one by one.
    ///
    /// - Parameter lines: What was refused before, to which others are added.
    static func write(
        _ items: [Item],
        _ rule: ConflictRule,
        refusing lines: [RejectedLine],
        in db: Transaction
    ) async throws -> (Report, [RejectedLine]) {
        var report = Report()
        var refused = lines
        if db.dialect == .postgres {
            // Nobody may register a wallet between the look at those that are there and the insertion of the others.
            try await db.execute("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")
        }
        var known = try await registered(items, in: db)
        var users: [[SQLValue]] = []
        var entries: [[SQLValue]] = []
        var conflicts: [Item] = []
        for item in items {
            guard known.insert(item.record.wallet).inserted else {
                conflicts.append(item)
                continue
            }
            users.append(UserTable.row(user(of: item)))
            try appendOpening(of: item, to: &entries)
        }
        try await db.insert(users, into: InsertTarget("users", columns: UserTable.columnNames), options: .unhurried)
        try await db.insert(entries, into: LedgerTable.target, options: .unhurried)
        report.inserted = users.count
        for item in conflicts {
            switch rule {
            case .skip:
                report.skipped += 1
            case .fail:
                let error = ServiceError(.userExists, "The wallet \(item.record.wallet) is registered already.")
                refused.append(RejectedLine(line: item.line, error: error))
            case .update:
                try await update(item.record, in: db)
                report.updated += 1
            }
        }
        return (report, refused)
    }

    private static func registered(_ items: [Item], in db: Transaction) async throws -> Set<WalletAddress> {
        let wallets = items.map(\.record.wallet)
        let rows = try await db.query("SELECT wallet FROM users WHERE wallet \(db.dialect.isOne(of: wallets))")
        return Set(try rows.map { row in try WalletAddress(stored: row.decode(at: 0)) })
    }

    private static func user(of item: Item) -> User {
        let record = item.record
        return User(
            wallet: record.wallet,
            credits: record.credits ?? .zero,
            isMiner: record.isMiner ?? false,
            createdAt: record.createdAt ?? item.entries.first?.createdAt ?? .now(),
            metadata: record.metadata ?? Metadata()
        )
    }

    private static func appendOpening(of item: Item, to rows: inout [[SQLValue]]) throws {
        var balance = Balance.zero
        for entry in item.entries {
            let posting = try CreditChange(amount: entry.amount, reason: entry.reason)
                .posting(to: item.record.wallet, balance: balance)
            balance = try balance.applying(posting.amount)
            rows.append(LedgerTable.row(posting, at: entry.createdAt))
        }
    }

    private static func update(_ record: UserRecord, in db: Transaction) async throws {
        guard var user = try await UserTable.fetch(record.wallet, in: db) else { return }
        let now = Timestamp.now()
        let difference = try record.credits?.subtracting(user.credits) ?? .zero
        user.isMiner = record.isMiner ?? user.isMiner
        user.metadata = record.metadata ?? user.metadata
        user.updatedAt = now
        try await UserTable.update(user, in: db)
        if difference != .zero {
            let change = try CreditChange(amount: difference, reason: "import")
            try await LedgerTable.apply(change, to: record.wallet, at: now, in: db)
        }
    }
}

extension StatementOptions {
    /// A batch of an import on a busy server takes longer than a request would wait.
    fileprivate static let unhurried = StatementOptions(timeout: .seconds(600))
}
