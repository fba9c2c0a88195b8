// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A statement that a caller waits for: answered once, by whoever comes first of the server, the clock and the caller's
/// cancellation.
final class StatementRequest: Sendable {
    enum Answer: Sendable {
        case result(PostgresResult)
        case failure(DatabaseError)
        case cancelled
    }

    private enum State {
        case new
        case awaited(UnsafeContinuation<Answer, Never>)
        case answered(Answer)
        case finished
    }

    let statement: Statement
    let sql: SQL
    let deadline: ContinuousClock.Instant?
    /// Whether it may share an implicit transaction with strangers, and be run again if its answer is lost: so it is
    /// for reads that the server guarantees to be reads.
    let isRepeatable: Bool

    private let state = Mutex(State.new)

    init(_ statement: Statement, _ sql: SQL, deadline: ContinuousClock.Instant?, isRepeatable: Bool) {
        self.statement = statement
        self.sql = sql
        self.deadline = deadline
        self.isRepeatable = isRepeatable
    }

    /// Whether nobody waits for an answer any more.
    var isAnswered: Bool {
        state.withLock { state in
            switch state {
            case .new, .awaited: false
            case .answered, .finished: true
            }
        }
    }

    /// Gives the answer; false if there was one before.
    @discardableResult
    func resolve(_ answer: Answer) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, UnsafeContinuation<Answer, Never>?) in
            switch state {
            case .new:
                state = .answered(answer)
                return (true, nil)
            case .awaited(let continuation):
                state = .finished
                return (true, continuation)
            case .answered, .finished:
                return (false, nil)
            }
        }
        continuation?.resume(returning: answer)
        return isFirst
    }

    /// The answer, once it is there; to be called once.
    ///
    /// - Parameter send: Sends the request on its way.
    func answer(_ send: () -> Void) async -> Answer {
        await withUnsafeContinuation { continuation in
            let answer = state.withLock { state -> Answer? in
                if case .answered(let answer) = state {
                    state = .finished
                    return answer
                }
                state = .awaited(continuation)
                return nil
            }
            if let answer {
                continuation.resume(returning: answer)
            } else {
                send()
            }
        }
    }
}
