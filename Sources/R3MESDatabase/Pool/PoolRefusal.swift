// SPDX-License-Identifier: Apache-2.0

/// Why a caller got no connection.
struct PoolRefusal: Sendable {
    enum Reason: String, Sendable, CaseIterable {
        case queueFull = "queue_full"
        case timedOut = "timed_out"
        case serverAway = "server_away"
        case nested
        case closed
        case cancelled
    }

    let reason: Reason
    /// Of what the last attempt to connect died, if that is the cause.
    var underlying: (any Error)?
    /// Where the caller's outer lease was taken, if that is the cause.
    var outerPlace: LeasePlace?

    var error: any Error {
        switch reason {
        case .queueFull:
            DatabaseError(.poolExhausted, "all connections are in use and the queue for them is full")
        case .timedOut:
            DatabaseError(.acquireTimedOut, "no connection became free in time", underlying: underlying)
        case .serverAway:
            DatabaseError(.connectionFailed, "the database cannot be reached", underlying: underlying)
        case .nested:
            DatabaseError(
                .nestedAcquire,
                """
                all connections are in use and the caller holds one of them, taken at \
                \(outerPlace?.description ?? "an unknown place"): waiting for another could never end
                """
            )
        case .closed:
            DatabaseError(.poolClosed, "the connection pool is shut down")
        case .cancelled:
            CancellationError()
        }
    }
}
