// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Rows fetched in chunks from a cursor, the next of which is asked for when the one before has been looked at.
final class PostgresCursor: Sendable {
    private enum State {
        case new
        /// The server keeps the rest.
        case open
        /// The rows are here, all of them; nil once they were given out.
        case fetched(Rows?)
        case ended
    }

    private let name: SQL
    private let session: PostgresSession
    private let options: StatementOptions
    private let state = Mutex(State.new)

    init(number: Int, session: PostgresSession, options: StatementOptions) {
        name = SQL(unsafeRaw: "r3mes_cursor_\(number)")
        self.session = session
        self.options = options
    }

    private var deadline: ContinuousClock.Instant? { session.database.deadline(options, from: .now) }

    func open(_ sql: SQL, _ statement: Statement) async throws -> RowStream {
        if statement.isCursorable {
            // The server would else favour the first tenth.
            _ = try await session.send("SET LOCAL cursor_tuple_fraction = 1", deadline: deadline)
            _ = try await session.send("DECLARE \(name) NO SCROLL CURSOR FOR \(sql)", deadline: deadline)
            state.withLock { $0 = .open }
        } else {
            let rows = Rows(try await session.send(statement, sql, deadline: deadline))
            state.withLock { $0 = .fetched(rows) }
        }
        return RowStream { [self] in try await fetch() }
    }

    private func fetch() async throws -> Rows? {
        let (isOpen, rows) = state.withLock { state -> (Bool, Rows?) in
            switch state {
            case .new, .ended: return (false, nil)
            case .open: return (true, nil)
            case .fetched(let rows):
                state = .ended
                return (false, rows)
            }
        }
        guard isOpen else {
            return rows
        }
        let count = SQL(unsafeRaw: String(session.database.configuration.options.streamChunk))
        let result = try await session.send("FETCH FORWARD \(count) FROM \(name)", deadline: deadline)
        guard result.rowCount > 0 else {
            return nil
        }
        return Rows(result)
    }

    func close() async throws {
        let wasOpen = state.withLock { state in
            defer { state = .ended }
            if case .open = state { return true }
            return false
        }
        if wasOpen {
            _ = try await session.send("CLOSE \(name)", deadline: deadline)
        }
    }
}

extension Statement {
    /// Whether a cursor can be declared for it: for queries that are not known to write.
    fileprivate var isCursorable: Bool {
        isRead && !startsWithWord("SHOW") && !startsWithWord("EXPLAIN")
    }

    private func startsWithWord(_ word: String) -> Bool {
        text.drop { $0.isWhitespace }.prefix(word.count).uppercased() == word
    }
}
