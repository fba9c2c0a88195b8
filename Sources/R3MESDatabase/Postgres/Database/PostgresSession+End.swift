// SPDX-License-Identifier: Apache-2.0

extension PostgresSession {
    /// Commits; deaf to cancellation, for nobody could tell what became of it.
    ///
    /// - Throws: ``DatabaseError``; ``DatabaseError/Code/connectionLost`` if it may have taken effect.
    func commit() async throws {
        let answer = await end(by: "COMMIT")
        switch answer {
        case .result(let result):
            guard result.command == "COMMIT" else {
                throw DatabaseError(.transactionAborted, "an earlier statement of the transaction failed")
            }
        case .failure(let error) where error.code == .timedOut:
            throw DatabaseError(.connectionLost, "the commit was not answered in time", underlying: error)
        case .failure(let error):
            note(error)
            throw error
        case .cancelled:
            throw CancellationError()
        }
    }

    /// Rolls back, unless the task is cancelled: then the pool does, before anybody else gets the connection.
    func rollBack() async {
        if !Task.isCancelled, connection.condition != .clean, !connection.status.isBroken {
            _ = await end(by: "ROLLBACK")
        }
    }

    private func end(by sql: SQL) async -> StatementRequest.Answer {
        let statement: Statement
        do {
            statement = try database.catalog.statement(for: sql)
        } catch {
            return .failure(error)
        }
        let deadline = ContinuousClock.now + (database.configuration.statementTimeout ?? .seconds(30))
        let request = StatementRequest(statement, sql, deadline: deadline, isRepeatable: false)
        return await request.answer {
            if let refusal = connection.mailbox.submit(.statement(QueuedStatement(request))) {
                request.resolve(.failure(refusal))
            }
        }
    }
}
