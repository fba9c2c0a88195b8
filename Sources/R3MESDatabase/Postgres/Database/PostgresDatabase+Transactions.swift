// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency

extension PostgresDatabase {
    /// Runs the body in a transaction, which is committed when the body returns and rolled back when it throws.
    public func withTransaction<Result>(
        _ options: TransactionOptions,
        file: String,
        line: Int,
        _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        guard let timeout = options.timeout else {
            return try await repeating(options, LeasePlace(file: file, line: line), body)
        }
        return try await withDeadline(.after(timeout)) {
            try await repeating(options, LeasePlace(file: file, line: line), body)
        }
    }

    private func repeating<Result>(
        _ options: TransactionOptions,
        _ place: LeasePlace,
        _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        var attempt = 1
        while true {
            do {
                return try await once(options, place, body)
            } catch let conflict as TransactionConflict {
                guard attempt < options.attempts else {
                    throw conflict.error
                }
                // Those who collided would else meet again.
                let longest = Duration.milliseconds(1 << min(attempt, 6))
                try await Task.sleep(for: longest * Double.random(in: 0...1), tolerance: .zero)
                attempt += 1
            }
        }
    }

    /// - Throws: ``TransactionConflict`` if another try may succeed.
    private func once<Result>(
        _ options: TransactionOptions,
        _ place: LeasePlace,
        _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        let deadline = Deadline.current?.instant
        return try await withLease(until: deadline, file: place.file, line: place.line) { connection in
            let session = PostgresSession(connection, of: self)
            // Awaited: without it, what follows would take effect by itself.
            let start = self.deadline(StatementOptions(), from: .now)
            _ = try await session.send(SQL(unsafeRaw: options.beginning), deadline: start)
            let transaction = Transaction(on: session)
            do {
                let result = try await body(transaction)
                transaction.end()
                try await session.commit()
                return result
            } catch {
                transaction.end()
                await session.rollBack()
                throw session.transientFailure == nil ? error : TransactionConflict(error: error)
            }
        }
    }

    /// Runs a statement whose rows are fetched while they are looked at.
    public func withRows<Result>(
        of sql: SQL,
        options: StatementOptions,
        _ body: (RowStream) async throws -> Result
    ) async throws -> Result {
        try catalog.statement(for: sql).requireOutsideOfTransaction()
        return try await withTransaction { transaction in
            try await transaction.withRows(of: sql, options: options, body)
        }
    }
}

/// A transaction failed because of a concurrent one.
private struct TransactionConflict: Error {
    /// What its body threw, or its end.
    let error: any Error
}

extension TransactionOptions {
    /// The statement that begins such a transaction.
    fileprivate var beginning: String {
        let level =
            switch isolation {
            case nil: isReadOnly ? " ISOLATION LEVEL REPEATABLE READ" : ""
            case .readCommitted: " ISOLATION LEVEL READ COMMITTED"
            case .repeatableRead: " ISOLATION LEVEL REPEATABLE READ"
            case .serializable: " ISOLATION LEVEL SERIALIZABLE"
            }
        return "BEGIN" + level + (isReadOnly ? " READ ONLY" : "")
    }
}
