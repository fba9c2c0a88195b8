// SPDX-License-Identifier: Apache-2.0

/// What a caller wants of a connection, and where the answer goes.
final class SQLiteJob: Sendable {
    enum Work: Sendable {
        case query(Statement, SQL)
        case execute(Statement, SQL)
        case insert(Statement, [[SQLValue]])
        /// The connection itself, until the time is up; nil for no limit.
        case lease(until: Duration?)
    }

    enum Outcome: Sendable {
        case rows(Rows)
        case count(Int)
        case leased(SQLiteLease)
        /// The statement writes, and this connection only reads.
        case notHere
    }

    let work: Work
    let gate: StatementGate
    let answer = Answer<Result<Outcome, any Error>>()

    init(_ work: Work, gate: StatementGate) {
        self.work = work
        self.gate = gate
    }

    /// Frees the caller at once; whoever works on it finds the gate closed.
    func stop(_ reason: StatementGate.Reason) {
        gate.close(reason)
        answer.give(.failure(reason.error))
    }

    /// Frees the caller if its time is up.
    func expire(at now: Duration) {
        if let deadline = gate.deadline, now >= deadline {
            stop(.timedOut)
        }
    }

    /// The answer, for which the caller waits until it is cancelled or its time is up.
    func outcome() async throws -> Outcome {
        try await withTaskCancellationHandler {
            await answer.wait()
        } onCancel: {
            stop(.cancelled)
        }.get()
    }

    var role: GroupCommitState<SQLiteJob>.Role {
        switch work {
        case .query(let statement, _), .execute(let statement, _): statement.isSolitary ? .alone : .statement
        case .insert(_, let rows): rows.count == 1 ? .statement : .unit
        case .lease: .lease
        }
    }
}

extension SQLiteConnection {
    /// Does what a job wants, if it is no lease.
    ///
    /// - Throws: ``DatabaseError``; `CancellationError`.
    func perform(_ job: SQLiteJob, mayInterrupt: Bool) throws -> SQLiteJob.Outcome {
        try run(under: job.gate, mayInterrupt: mayInterrupt) {
            switch job.work {
            case .query(let statement, let sql): .rows(try query(statement, sql))
            case .execute(let statement, let sql): .count(try execute(statement, sql))
            case .insert(let statement, let rows): .count(try execute(statement, rows: rows, gate: job.gate))
            case .lease: .notHere
            }
        }
    }
}
