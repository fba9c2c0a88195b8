// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// A command, or several that belong together, with the caller who waits for the answer.
///
/// The first ending wins: an answer, a failure, a deadline, a cancellation. It stays in the connection's queue whatever the
/// caller does, as the place that its answer will be matched to: so the answer of a caller who left goes to nobody.
final class PendingCommand: Sendable {
    typealias Answer = Result<RESPValue, any Error>

    private enum State {
        case pending
        case awaited(UnsafeContinuation<Answer, Never>)
        case resolved(Answer)
        case finished
    }

    /// What is sent; more than one command is answered together, by an array.
    let commands: [RedisCommand]
    let start: NIODeadline
    let deadline: NIODeadline
    /// The bytes that are sent, heads included, near enough for a limit.
    let byteCount: Int
    private let state = Mutex(State.pending)

    init(_ commands: [RedisCommand], start: NIODeadline, deadline: NIODeadline) {
        self.commands = commands
        self.start = start
        self.deadline = deadline
        byteCount = commands.reduce(0) { $0 + $1.body.readableBytes + 8 }
    }

    /// Whether nobody waits for the answer any more.
    var isFinished: Bool {
        state.withLock { state in
            switch state {
            case .pending, .awaited: false
            case .resolved, .finished: true
            }
        }
    }

    /// Gives the answer; false if the caller has one already.
    @discardableResult
    func resolve(_ answer: consuming Answer) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, UnsafeContinuation<Answer, Never>?) in
            switch state {
            case .pending:
                state = .resolved(copy answer)
                return (true, nil)
            case .awaited(let continuation):
                state = .finished
                return (true, continuation)
            case .resolved, .finished:
                return (false, nil)
            }
        }
        continuation?.resume(returning: answer)
        return isFirst
    }

    func fail(_ error: CacheError) {
        resolve(.failure(error))
    }

    /// Waits for the answer; a cancelled caller leaves at once.
    ///
    /// - Parameter submit: Hands the command to a connection.
    func answer(_ submit: () -> Void) async throws -> RESPValue {
        try await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let answer = state.withLock { state -> Answer? in
                    if case .resolved(let answer) = state {
                        state = .finished
                        return answer
                    }
                    state = .awaited(continuation)
                    return nil
                }
                if let answer {
                    continuation.resume(returning: answer)
                } else {
                    submit()
                }
            }
        } onCancel: {
            resolve(.failure(CancellationError()))
        }.get()
    }
}
