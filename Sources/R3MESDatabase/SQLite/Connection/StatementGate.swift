// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Ends a statement that nobody waits for any more: asked by the engine while the statement runs, told by whoever gives it up.
final class StatementGate: Sendable {
    /// Why a statement is to end.
    enum Reason: UInt8, Sendable {
        case cancelled = 1
        case timedOut = 2

        var error: any Error {
            switch self {
            case .cancelled: CancellationError()
            case .timedOut: DatabaseError(.timedOut, "the time for the statement was up")
            }
        }
    }

    /// When the statement's time is up, by the database's clock; nil for never.
    let deadline: Duration?
    private let reason = Atomic<UInt8>(0)

    init(deadline: Duration?) {
        self.deadline = deadline
    }

    /// Asks for the end; the first reason counts.
    func close(_ why: Reason) {
        _ = reason.compareExchange(expected: 0, desired: why.rawValue, ordering: .relaxed)
    }

    /// Why the statement is to end; nil if it may go on.
    var closed: Reason? {
        Reason(rawValue: reason.load(ordering: .relaxed))
    }

    /// Why the statement is to end, its time looked at as well.
    func closed(at now: Duration) -> Reason? {
        if let deadline, now >= deadline {
            close(.timedOut)
        }
        return closed
    }
}
