// SPDX-License-Identifier: Apache-2.0

import DequeModule
import Synchronization

/// Bytes on their way to the server, in pieces, a bounded number of which wait.
final class CopyInChannel: CopyChannel {
    /// What the connection's thread finds.
    enum Next: Sendable {
        case piece([UInt8])
        /// More will come.
        case pending
        case end
        /// The caller calls it off.
        case calledOff
    }

    /// So many pieces wait at most.
    private static let capacity = 4

    private struct State {
        var pieces = Deque<[UInt8]>()
        var isEnded = false
        var isCalledOff = false
        var outcome: Result<Int, DatabaseError>?
        /// The caller, who waits for room or, at the end, for the outcome.
        var waiter: UnsafeContinuation<Void, Never>?
    }

    let statement: String
    private let state = Mutex(State())

    init(_ statement: String) {
        self.statement = statement
    }

    // MARK: The caller's side

    /// Adds a piece; to be awaited before the next one.
    ///
    /// - Parameter mailbox: That of the connection, whose thread is told.
    /// - Returns: False if the copy has failed already.
    func send(_ piece: [UInt8], _ mailbox: ConnectionMailbox) async -> Bool {
        state.withLock { $0.pieces.append(piece) }
        mailbox.nudge()
        await wait { $0.outcome != nil || $0.isCalledOff || $0.pieces.count < Self.capacity }
        return state.withLock { $0.outcome == nil && !$0.isCalledOff }
    }

    /// Says that all is there, and waits for the server's word: how many rows it took.
    func finish(_ mailbox: ConnectionMailbox) async throws -> Int {
        state.withLock { $0.isEnded = true }
        mailbox.nudge()
        await wait { $0.outcome != nil || $0.isCalledOff }
        guard let outcome = state.withLock({ $0.outcome }) else {
            throw CancellationError()
        }
        return try outcome.get()
    }

    /// Calls the copy off; the caller is free at once.
    func callOff(_ mailbox: ConnectionMailbox) {
        wake { $0.isCalledOff = true }
        mailbox.nudge()
    }

    private func wait(until isDone: @Sendable (borrowing State) -> Bool) async {
        await withUnsafeContinuation { continuation in
            let isReady = state.withLock { state in
                if isDone(state) {
                    return true
                }
                state.waiter = continuation
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    // MARK: The thread's side

    func next() -> Next {
        var next = Next.pending
        wake { state in
            if state.isCalledOff {
                next = .calledOff
            } else if let piece = state.pieces.popFirst() {
                next = .piece(piece)
            } else if state.isEnded {
                next = .end
            }
        }
        return next
    }

    func end(_ outcome: Result<Int, DatabaseError>) {
        wake { $0.outcome = $0.outcome ?? outcome }
    }

    func fail(_ error: DatabaseError) {
        end(.failure(error))
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            change(&state)
            // At its end the caller waits for the outcome alone.
            guard state.outcome != nil || state.isCalledOff || !state.isEnded && state.pieces.count < Self.capacity
            else {
                return nil
            }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
