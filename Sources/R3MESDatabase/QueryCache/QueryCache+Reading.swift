// SPDX-License-Identifier: Apache-2.0

import R3MESCache

extension QueryCache {
    /// The rows of a query, remembered or asked for.
    ///
    /// - Parameters:
    ///   - sql: A statement that only reads, and gives the same rows as long as these tables do not change.
    ///   - scopes: What it reads: every table of it, those behind views and functions too.
    ///   - options: Count for the one who sends the query, which others who want the same then wait for.
    /// - Throws: ``DatabaseError``; `CancellationError`; failures are not remembered.
    public func query(
        _ sql: SQL,
        reading scopes: [TableScope],
        options: StatementOptions = StatementOptions()
    ) async throws -> Rows {
        guard !scopes.isEmpty, !doubts.contains(any: scopes, now: now) else {
            return try await query(sql, options: options)
        }
        let rows = try await cache.value(forKey: QueryKey(sql)) { [self] _ -> LoadedValue<Rows> in
            let rows = try await database.query(sql, options: options)
            // Doubt that arose meanwhile is seen here, or the drop that follows it refuses what was read before.
            let isDoubtful = doubts.contains(any: scopes, now: now)
            return LoadedValue(rows, tags: scopes.flatMap(\.readTags), expiresAfter: isDoubtful ? .zero : nil)
        }
        if let rows { return rows }
        return try await query(sql, options: options)
    }

    /// The rows of a query that is known to change something, such as a call of a function that writes.
    public func query(
        _ sql: SQL,
        changing scopes: [TableScope],
        options: StatementOptions = StatementOptions()
    ) async throws -> Rows {
        try await noting(scopes) { try await database.query(sql, options: options) }
    }

    /// Runs a statement, whose changes are these and no others: it outdates only what has read them.
    ///
    /// - Returns: How many rows were inserted, updated or deleted.
    @discardableResult
    public func execute(
        _ sql: SQL,
        changing scopes: [TableScope],
        options: StatementOptions = StatementOptions()
    ) async throws -> Int {
        try await noting(scopes) { try await database.execute(sql, options: options) }
    }

    /// Drops the results that have read this, as a write does.
    public func invalidate(_ scopes: [TableScope]) {
        var seen: Set<String> = []
        var pending = scopes
        while let scope = pending.popLast() {
            for tag in scope.changeTags { cache.invalidate(tag: tag) }
            if seen.insert(scope.table).inserted {
                pending += consequences[scope.table, default: []].map { TableScope($0) }
            }
        }
    }

    /// Drops all results.
    public func invalidateAll() {
        cache.removeAll()
    }
}

extension QueryCache {
    /// Runs a write and drops what it outdates; with nil, everything.
    func noting<Result>(_ scopes: [TableScope]?, _ write: () async throws -> Result) async throws -> Result {
        do {
            let result = try await write()
            drop(scopes)
            return result
        } catch {
            if Self.mayTakeEffect(after: error) { doubt(scopes) }
            drop(scopes)
            throw error
        }
    }

    /// A write has changed these, or anything.
    func drop(_ scopes: [TableScope]?) {
        if let scopes { invalidate(scopes) } else { invalidateAll() }
    }

    /// A write may change these, or anything, at any time from now on.
    func doubt(_ scopes: [TableScope]?) {
        let end = now.advanced(by: configuration.doubtPeriod)
        guard let scopes else {
            doubts.add(nil, until: end)
            return
        }
        var seen: Set<String> = []
        var pending = scopes.map(\.table)
        while let table = pending.popLast() {
            guard seen.insert(table).inserted else { continue }
            doubts.add(table, until: end)
            pending += consequences[table, default: []]
        }
    }

    /// Whether the server may still do what it was asked to.
    static func mayTakeEffect(after error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return true }
        switch error.code {
        case .connectionLost, .timedOut, .cancelled: return true
        default: return error.diagnostics == nil && error.code == .serverError
        }
    }
}
