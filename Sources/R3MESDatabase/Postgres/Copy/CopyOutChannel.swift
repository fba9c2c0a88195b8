// SPDX-License-Identifier: Apache-2.0

import DequeModule
import Synchronization

/// Bytes on their way from the server, in pieces; when nobody takes them, no more are read.
final class CopyOutChannel: CopyChannel {
    /// So many pieces wait at most.
    private static let capacity = 4

    private struct State {
        var pieces = Deque<[UInt8]>()
        var isCalledOff = false
        var outcome: Result<Void, DatabaseError>?
        var waiter: UnsafeContinuation<Void, Never>?
    }

    let statement: String
    private let state = Mutex(State())

    init(_ statement: String) {
        self.statement = statement
    }

    // MARK: The caller's side

    /// The next piece; nil at the end.
    func next(_ mailbox: ConnectionMailbox) async throws -> [UInt8]? {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let isReady = state.withLock { state in
                    if !state.pieces.isEmpty || state.outcome != nil || state.isCalledOff {
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            callOff(mailbox)
        }
        let (piece, outcome, isCalledOff) = state.withLock { state in
            (state.pieces.popFirst(), state.outcome, state.isCalledOff)
        }
        guard !isCalledOff else { throw CancellationError() }
        if let piece {
            mailbox.nudge()
            return piece
        }
        try outcome?.get()
        return nil
    }

    /// Nobody wants the rest.
    func callOff(_ mailbox: ConnectionMailbox) {
        wake { $0.isCalledOff = true }
        mailbox.nudge()
    }

    // MARK: The thread's side

    var isCalledOff: Bool { state.withLock { $0.isCalledOff } }

    var hasRoom: Bool { state.withLock { $0.pieces.count < Self.capacity } }

    func add(_ piece: [UInt8]) {
        wake { $0.pieces.append(piece) }
    }

    func end(_ outcome: Result<Void, DatabaseError>) {
        wake { $0.outcome = $0.outcome ?? outcome }
    }

    func fail(_ error: DatabaseError) {
        end(.failure(error))
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiter = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            change(&state)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
