// SPDX-License-Identifier: Apache-2.0

import R3MESDatabase
import Synchronization

/// One number in the memory of this process behind the face of a database, whose answers wait until the test lets them go: so
/// that a read can be held between the moment when it saw the number and the moment when its caller gets it.
final class GatedDatabase: Database {
    private struct State {
        var number: Int64 = 0
        var queries = 0
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var nextError: DatabaseError?
    }

    private let state = Mutex(State())
    let dialect = SQLDialect.postgres

    /// How many queries have come.
    var queries: Int { state.withLock { $0.queries } }

    /// What the next write throws, after it has changed the number.
    func failNextWrite(_ error: DatabaseError) { state.withLock { $0.nextError = error } }

    /// Holds the answers of queries from here on.
    func hold() { state.withLock { $0.isHeld = true } }

    /// Lets all answers go.
    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.isHeld = false
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Waits until so many answers are held.
    func untilHeld(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.held.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Changes the number as another program would, unseen.
    func change(to number: Int64) { state.withLock { $0.number = number } }

    func query(_ sql: SQL, options: StatementOptions) async throws -> Rows {
        let (number, isHeld) = state.withLock { state in
            state.queries += 1
            return (state.number, state.isHeld)
        }
        if isHeld {
            await withCheckedContinuation { continuation in
                let watchers = state.withLock { state in
                    state.held.append(continuation)
                    let count = state.held.count
                    defer { state.watchers.removeAll { $0.count <= count } }
                    return state.watchers.filter { $0.count <= count }
                }
                for watcher in watchers { watcher.continuation.resume() }
            }
        }
        return Rows(columns: ["number"], rows: [[.integer(number)]])
    }

    func execute(_ sql: SQL, options: StatementOptions) async throws -> Int {
        let error = state.withLock { state in
            if case .integer(let number)? = sql.parameters.first { state.number = number }
            defer { state.nextError = nil }
            return state.nextError
        }
        if let error { throw error }
        return 1
    }

    func withRows<Result>(
        of sql: SQL,
        options: StatementOptions,
        _ body: (RowStream) async throws -> Result
    ) async throws -> Result {
        throw DatabaseError(.statementNotAllowed, "not in this test")
    }

    func insert(_ rows: [[SQLValue]], into target: InsertTarget, options: StatementOptions) async throws -> Int {
        state.withLock { $0.number += Int64(rows.count) }
        return rows.count
    }

    func withTransaction<Result>(
        _ options: TransactionOptions,
        file: String,
        line: Int,
        _ body: (Transaction) async throws -> Result
    ) async throws -> Result {
        throw DatabaseError(.statementNotAllowed, "not in this test")
    }

    func run() async throws {}
    func shutdown() async {}
}
