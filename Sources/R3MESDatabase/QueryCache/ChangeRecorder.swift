// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Notes what the statements of a transaction change, and passes them on.
final class ChangeRecorder: Transaction.Connection {
    private let transaction: Transaction
    private let changes: Changes

    /// What a transaction has changed; survives its repetition.
    final class Changes: Sendable {
        private let scopes = Mutex((tables: Set<TableScope>(), hasUnknown: false))

        func add(_ change: TableChange) {
            switch change {
            case .nothing: break
            case .table(let table): add([TableScope(table)])
            case .unknown: scopes.withLock { $0.hasUnknown = true }
            }
        }

        func add(_ changed: [TableScope]) {
            scopes.withLock { $0.tables.formUnion(changed) }
        }

        /// The tables; nil if anything may have changed.
        var tables: [TableScope]? {
            scopes.withLock { $0.hasUnknown ? nil : Array($0.tables) }
        }
    }

    init(_ transaction: Transaction, _ changes: Changes) {
        self.transaction = transaction
        self.changes = changes
    }

    var dialect: SQLDialect { transaction.dialect }

    func query(_ sql: SQL, options: StatementOptions) async throws -> Rows {
        note(sql)
        return try await transaction.query(sql, options: options)
    }

    func execute(_ sql: SQL, options: StatementOptions) async throws -> Int {
        note(sql)
        return try await transaction.execute(sql, options: options)
    }

    func withRows<Result>(
        of sql: SQL,
        options: StatementOptions,
        _ body: (RowStream) async throws -> Result
    ) async throws -> Result {
        note(sql)
        return try await transaction.withRows(of: sql, options: options, body)
    }

    func insert(_ rows: [[SQLValue]], into target: InsertTarget, options: StatementOptions) async throws -> Int {
        changes.add([TableScope(target.table.last ?? "")])
        return try await transaction.insert(rows, into: target, options: options)
    }

    private func note(_ sql: SQL) {
        changes.add(TableChange(text: sql.text(for: dialect)))
    }
}
