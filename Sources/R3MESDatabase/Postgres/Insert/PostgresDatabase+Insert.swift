// SPDX-License-Identifier: Apache-2.0

extension PostgresDatabase {
    /// Inserts rows, all or none, in the way that is fastest for their number.
    ///
    /// A few rows are sent as values, more as arrays, many by `COPY`, which needs the right to select from the table. A key that comes
    /// twice in the rows is an error where rows are updated on conflict.
    ///
    /// - Returns: How many rows were inserted or, by the conflict's rule, updated.
    @discardableResult
    public func insert(_ rows: [[SQLValue]], into target: InsertTarget, options: StatementOptions) async throws -> Int {
        let plan = try InsertPlan(rows, target)
        guard !rows.isEmpty else {
            return 0
        }
        if plan.way == .values {
            return try await execute(plan.statement(types: nil), options: options)
        }
        if plan.way == .unnest, let types = columnTypes.types(of: target) {
            do {
                return try await execute(plan.statement(types: types), options: options)
            } catch {
                columnTypes.forget(target)
                throw error
            }
        }
        return try await withTransaction { transaction in
            try await transaction.insert(rows, into: target, options: options)
        }
    }
}
