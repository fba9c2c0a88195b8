// SPDX-License-Identifier: Apache-2.0

extension InsertPlan {
    /// Inserts by one statement, whatever the number; not for copies.
    ///
    /// - Parameter types: Of the columns, if they are to be unnested.
    func statement(types: [String]?) -> SQL {
        guard let types else {
            let values = rows.map { row -> SQL in "(\(list: row))" }
            return target.beginning + "VALUES \(values.joined(separator: ", "))" + target.conflictRule
        }
        let arrays = types.enumerated().map { column, type -> SQL in
            "\(SQLValue.array(rows.map { $0[column] }))::\(unsafeRaw: type)[]"
        }
        return target.beginning + "SELECT * FROM unnest(\(arrays.joined(separator: ", ")))" + target.conflictRule
    }

    /// Inserts in a transaction.
    func run(
        in session: PostgresSession,
        until deadline: ContinuousClock.Instant?,
        options: StatementOptions
    ) async throws -> Int {
        guard !rows.isEmpty else {
            return 0
        }
        switch way {
        case .values:
            return try await session.execute(statement(types: nil), options: options)
        case .unnest:
            let types = try await session.database.columnTypes.types(of: target, in: session, deadline: deadline)
            return try await session.execute(statement(types: types), options: options)
        case .copy:
            return try await copy(in: session, until: deadline)
        }
    }

    private func copy(in session: PostgresSession, until deadline: ContinuousClock.Instant?) async throws -> Int {
        guard case .fail = target.conflict else {
            return try await copyThroughStaging(in: session, until: deadline)
        }
        return try await copy(into: target.tableName, in: session, until: deadline)
    }

    /// Copies into a table that the transaction alone sees, and from there by the rule.
    private func copyThroughStaging(
        in session: PostgresSession,
        until deadline: ContinuousClock.Instant?
    ) async throws -> Int {
        let staging = SQL(unsafeRaw: "r3mes_staging_\(session.nextNumber())")
        _ = try await session.send(
            """
            CREATE TEMPORARY TABLE \(staging) ON COMMIT DROP AS \
            SELECT \(target.columnNames) FROM \(target.tableName) WITH NO DATA
            """,
            deadline: deadline
        )
        _ = try await copy(into: staging, in: session, until: deadline)
        let moved = try await session.send(
            target.beginning + "SELECT \(target.columnNames) FROM \(staging)" + target.conflictRule,
            deadline: deadline
        )
        _ = try await session.send("DROP TABLE \(staging)", deadline: deadline)
        return moved.affectedRows
    }

    private func copy(
        into table: SQL,
        in session: PostgresSession,
        until deadline: ContinuousClock.Instant?
    ) async throws -> Int {
        // Gives the types, and locks the table, so that they are the same when the rows arrive.
        let shape = try await session.send("SELECT \(target.columnNames) FROM \(table) WHERE false", deadline: deadline)
        let encoder = CopyEncoder(rows, types: (0..<shape.columnCount).map { shape.type(ofColumn: $0) })
        let format = encoder.isBinary ? "binary" : "text"
        let statement = "COPY \(table) (\(target.columnNames)) FROM STDIN (FORMAT \(SQL(unsafeRaw: format)))" as SQL
        let channel = CopyInChannel(statement.text(for: .postgres))
        return try await session.connection.copyIn(channel, until: deadline) {
            try encoder.nextPiece()
        }
    }
}
