// SPDX-License-Identifier: Apache-2.0

extension PostgresConnection: PooledConnection {
    var condition: ConnectionCondition {
        if status.isBroken { return .broken }
        return mailbox.load > 0 || status.isInTransaction || status.isSoiled ? .dirty : .clean
    }

    func validate() async throws {
        _ = try await run("SELECT 1")
    }

    /// Waits for what is still under way, and undoes what a lease left open in the session.
    func reset() async throws {
        // Comes after all that is under way; what nobody waits for is cancelled meanwhile.
        _ = try await run("ROLLBACK")
        if status.isSoiled {
            _ = try await run("DISCARD ALL")
            status.setSoiled(false)
        }
    }

    func close() async {
        mailbox.close(.atOnce)
    }

    /// Runs a statement of the library's own.
    func run(_ sql: SQL) async throws -> PostgresResult {
        let statement = try Statement(sql, dialect: .postgres)
        return try await answer(to: StatementRequest(statement, sql, deadline: nil, isRepeatable: false))
    }
}
