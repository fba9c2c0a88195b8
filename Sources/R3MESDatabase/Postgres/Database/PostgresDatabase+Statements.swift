// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency

extension PostgresDatabase {
    /// Runs a statement and gives the rows that it returns.
    public func query(_ sql: SQL, options: StatementOptions) async throws -> Rows {
        Rows(try await run(sql, options, countsRows: true))
    }

    /// Runs a statement and gives the number of rows that it inserted, updated or deleted.
    @discardableResult
    public func execute(_ sql: SQL, options: StatementOptions) async throws -> Int {
        try await run(sql, options, countsRows: false).affectedRows
    }

    private func run(_ sql: SQL, _ options: StatementOptions, countsRows: Bool) async throws -> PostgresResult {
        let statement = try catalog.statement(for: sql)
        let start = ContinuousClock.now
        do {
            let result = try await result(of: statement, sql, deadline: deadline(options, from: start))
            ended(statement, options, from: start, rows: countsRows ? result.rowCount : result.affectedRows)
            return result
        } catch {
            ended(statement, options, from: start, rows: 0, error: error)
            throw error
        }
    }

    private func result(
        of statement: Statement,
        _ sql: SQL,
        deadline: ContinuousClock.Instant?
    ) async throws -> PostgresResult {
        try statement.requireOutsideOfTransaction()
        if statement.isRead, let connection = leastBusy() {
            do {
                return try await read(statement, sql, deadline, on: connection)
            } catch let error as DatabaseError where error.code == .readOnly {
                // The server says that it writes. Nothing of it has happened.
                statement.markAsWriting()
            }
        }
        return try await withLease(until: deadline) { connection in
            try await connection.answer(
                to: StatementRequest(statement, sql, deadline: deadline, isRepeatable: false)
            )
        }
    }

    private func read(
        _ statement: Statement,
        _ sql: SQL,
        _ deadline: ContinuousClock.Instant?,
        on connection: SharedConnection
    ) async throws -> PostgresResult {
        guard connection.load < configuration.maximumWaiting else {
            throw DatabaseError(.queueFull, "\(configuration.maximumWaiting) statements wait already")
        }
        let request = StatementRequest(statement, sql, deadline: deadline, isRepeatable: true)
        return try await request.answer(on: connection.mailbox)
    }

    /// The shared connection with the least to do; nil if there is none.
    private func leastBusy() -> SharedConnection? {
        guard var best = shared.first else {
            return nil
        }
        var least = best.burden
        for connection in shared.dropFirst() where least > 0 {
            let burden = connection.burden
            if burden < least {
                best = connection
                least = burden
            }
        }
        return best
    }

    /// When a statement's time is up.
    func deadline(_ options: StatementOptions, from start: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let timeout = (options.timeout ?? configuration.statementTimeout).map {
            start + min(max($0, .zero), ConnectionPoolConfiguration.longest)
        }
        guard let outer = Deadline.current?.instant else {
            return timeout
        }
        return timeout.map { min($0, outer) } ?? outer
    }

    /// Lends a connection of the pool's, waiting for it no longer than until the deadline.
    func withLease<Result>(
        until deadline: ContinuousClock.Instant?,
        file: String = #fileID,
        line: Int = #line,
        _ body: (PostgresConnection) async throws -> Result
    ) async throws -> Result {
        let timeout = deadline.map { min(ContinuousClock.now.duration(to: $0), configuration.pool.acquireTimeout) }
        do {
            return try await pool.withConnection(timeout: timeout, file: file, line: line, body)
        } catch let error as DatabaseError where error.code == .poolClosed {
            throw DatabaseError(.closed, "the database is shut down")
        } catch let error as DatabaseError where error.code == .acquireTimedOut {
            guard let deadline, ContinuousClock.now >= deadline else { throw error }
            throw DatabaseError(.timedOut, "the statement's time is up", underlying: error)
        }
    }

    /// Tells observers and metrics.
    func ended(
        _ statement: Statement,
        _ options: StatementOptions,
        from start: ContinuousClock.Instant,
        rows: Int,
        error: (any Error)? = nil,
        isInTransaction: Bool = false
    ) {
        let duration = start.duration(to: .now)
        let code = (error as? DatabaseError)?.code
        metrics.ended(after: duration, failed: code != nil)
        observer?.statementEnded(
            StatementEvent(
                text: statement.text,
                name: options.name,
                duration: duration,
                rows: rows,
                error: code,
                isInTransaction: isInTransaction
            )
        )
    }
}

extension Statement {
    /// - Throws: ``DatabaseError/Code/statementNotAllowed``.
    func requireOutsideOfTransaction() throws(DatabaseError) {
        switch kind {
        case .read, .write: return
        case .transactionBound:
            throw DatabaseError(.statementNotAllowed, "the statement is of use in a transaction only")
        case .transactionControl:
            throw DatabaseError(.statementNotAllowed, "withTransaction begins and ends transactions")
        case .sessionState:
            throw DatabaseError(.statementNotAllowed, "the statement would change a session that others use")
        case .copy:
            throw DatabaseError(.statementNotAllowed, "insert and withCopy copy")
        }
    }

    /// - Throws: ``DatabaseError/Code/statementNotAllowed``.
    func requireInsideOfTransaction() throws(DatabaseError) {
        switch kind {
        case .read, .write, .transactionBound, .sessionState: return
        case .transactionControl:
            throw DatabaseError(
                .statementNotAllowed,
                "the transaction ends with its body; withSavepoint makes savepoints"
            )
        case .copy:
            throw DatabaseError(.statementNotAllowed, "insert and withCopy copy")
        }
    }
}
