// SPDX-License-Identifier: Apache-2.0

extension SQLiteDatabase {
    /// Runs the body in a transaction, which is committed when the body returns and rolled back when it throws.
    ///
    /// Whatever isolation is asked for, transactions are serializable. One that only reads has a reader and one snapshot.
    ///
    /// - Throws: What the body throws; ``DatabaseError``; `CancellationError`.
    public func withTransaction<Result>(
        _ options: TransactionOptions,
        file: String,
        line: Int,
        _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        var attempt = 1
        while true {
            do {
                return try await withLease(options) { lease in
                    let transaction = Transaction(on: lease)
                    defer { transaction.end() }
                    return try await body(transaction)
                }
            } catch let error as DatabaseError where error.mayBeRepeated && attempt < options.attempts {
                attempt += 1
            }
        }
    }

    /// Runs the body with a connection of its own, in a transaction.
    func withLease<Result>(
        _ options: TransactionOptions,
        _ body: (SQLiteTransactionConnection) async throws -> Result
    ) async throws -> Result {
        try Task.checkCancellation()
        let deadline = deadline(options.timeout)
        let waiting = self.deadline(options.timeout ?? configuration.statementTimeout)
        let job = SQLiteJob(.lease(until: deadline), gate: StatementGate(deadline: waiting))
        if options.isReadOnly {
            try readers.submit(job)
        } else {
            try refuseNesting()
            try writer.submit(job)
        }
        guard case .leased(let lease) = try await job.outcome() else {
            throw DatabaseError(.serverError, "no connection was given")
        }
        let result: Result
        do {
            result = try await withTaskExecutorPreference(lease.connection) {
                // Goes over to the connection's thread, which the preference alone does not do.
                await Self.hop()
                do {
                    let result = try await bound(to: lease, isWriter: !options.isReadOnly) {
                        try await body(SQLiteTransactionConnection(lease, in: self))
                    }
                    lease.end(nil)
                    return result
                } catch {
                    lease.end(error)
                    throw error
                }
            }
        } catch {
            // The connection is given back before the caller goes on.
            _ = await lease.ended.wait()
            throw error
        }
        try await lease.ended.wait().get()
        return result
    }

    @concurrent
    private static func hop() async {}

    private func bound<Result>(
        to lease: SQLiteLease,
        isWriter: Bool,
        _ body: () async throws -> Result
    ) async throws -> Result {
        guard isWriter else {
            return try await body()
        }
        let ancestry = LeaseAncestry(pool: ObjectIdentifier(writer), slot: 0, serial: lease.serial)
        return try await LeaseAncestry.$current.withValue(ancestry, operation: body)
    }
}

extension DatabaseError {
    /// Whether the whole transaction may be run again: it was aborted, and by something of this kind.
    fileprivate var mayBeRepeated: Bool {
        isTransient || (code == .transactionAborted && (underlying as? DatabaseError)?.isTransient == true)
    }
}
