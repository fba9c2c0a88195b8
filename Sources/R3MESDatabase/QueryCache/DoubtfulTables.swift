// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Tables that a statement may still be changing, though its caller has left: nothing read from them is remembered meanwhile.
struct DoubtfulTables: ~Copyable {
    private struct State {
        var everything: ContinuousClock.Instant?
        var tables: [String: ContinuousClock.Instant] = [:]
    }

    private let state = Mutex(State())
    /// Spares the lock as long as there is no doubt.
    private let hasAny = Atomic(false)

    /// Doubts a table, or with nil all of them.
    func add(_ table: String?, until end: ContinuousClock.Instant) {
        state.withLock { state in
            if let table {
                state.tables[table] = max(end, state.tables[table] ?? end)
            } else {
                state.everything = max(end, state.everything ?? end)
            }
            hasAny.store(true, ordering: .releasing)
        }
    }

    /// Whether one of the tables is in doubt.
    func contains(any scopes: [TableScope], now: @autoclosure () -> ContinuousClock.Instant) -> Bool {
        guard hasAny.load(ordering: .acquiring) else { return false }
        let now = now()
        return state.withLock { state in
            if let end = state.everything, end <= now { state.everything = nil }
            state.tables = state.tables.filter { $0.value > now }
            if state.everything == nil, state.tables.isEmpty {
                hasAny.store(false, ordering: .releasing)
            }
            return state.everything != nil || scopes.contains { state.tables[$0.table] != nil }
        }
    }
}
