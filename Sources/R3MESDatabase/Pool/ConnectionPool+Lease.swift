// SPDX-License-Identifier: Apache-2.0

import Synchronization

extension ConnectionPool {
    /// Runs the body with a connection that nobody else uses meanwhile.
    ///
    /// However the body ends, the connection is given back once: clean ones go to the next caller, dirty ones are cleaned
    /// up first, broken ones are replaced. The body must not keep it.
    ///
    /// - Parameters:
    ///   - timeout: How long to wait for a connection; nil for ``ConnectionPoolConfiguration/acquireTimeout``, and zero
    ///     to take one only if it is idle. The task's `Deadline.current` counts too. It does not limit the body.
    ///   - file: The place that a report of a leak names.
    ///   - line: The place that a report of a leak names.
    ///   - body: What to do with the connection.
    /// - Returns: What the body returns.
    /// - Throws: What the body throws; `CancellationError`, or ``DatabaseError`` if the body never ran:
    ///   ``DatabaseError/Code/acquireTimedOut``, ``DatabaseError/Code/poolExhausted`` (the queue is full),
    ///   ``DatabaseError/Code/connectionFailed`` (the server is away; ``DatabaseError/underlying`` says why),
    ///   ``DatabaseError/Code/poolClosed``, or ``DatabaseError/Code/nestedAcquire``: all connections are in use, and
    ///   this task, or the one that started it, already holds one of them.
    public func withConnection<Result>(
        timeout: Duration? = nil,
        file: String = #fileID,
        line: Int = #line,
        _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        let lease = try await acquire(timeout: timeout, place: LeasePlace(file: file, line: line))
        defer {
            release(lease)
        }
        let ancestry = LeaseAncestry(
            pool: ObjectIdentifier(self),
            slot: lease.ticket.slot,
            serial: lease.ticket.serial
        )
        return try await LeaseAncestry.$current.withValue(ancestry) {
            try await body(lease.connection)
        }
    }

    private func acquire(timeout: Duration?, place: LeasePlace) async throws -> State.Lease {
        let start = clock.now
        let deadline = clock.deadline(after: timeout ?? configuration.acquireTimeout, from: start)
        let outer = LeaseAncestry.current?.lease(of: ObjectIdentifier(self)).map(State.Ticket.init)
        var now = start
        while true {
            try Task.checkCancellation()
            let acquisition = apply { pool in
                pool.acquire(at: now, deadline: deadline, place: place, outer: outer) { Waiter() }
            }
            let lease =
                switch acquisition {
                case .leased(let lease): lease
                case .waiting(let waiter, let handle): try await wait(waiter, handle)
                case .refused(let refusal): throw refuse(refusal)
                }
            guard !Task.isCancelled else {
                // At the very moment of being served.
                release(lease)
                throw refuse(PoolRefusal(reason: .cancelled))
            }
            now = clock.now
            guard case .clean = lease.connection.condition else {
                // It broke while it was idle.
                release(lease)
                continue
            }
            metrics.acquired(after: now - start)
            return lease
        }
    }

    private func wait(_ waiter: Waiter, _ handle: WaiterQueue<Waiter>.Handle) async throws -> State.Lease {
        let verdict = await withTaskCancellationHandler {
            await waiter.wait()
        } onCancel: {
            apply { $0.leave(handle) }
        }
        switch verdict {
        case .leased(let lease): return lease
        case .refused(let refusal): throw refuse(refusal)
        }
    }

    private func refuse(_ refusal: PoolRefusal) -> any Error {
        metrics.refused(refusal.reason)
        return refusal.error
    }

    private func release(_ lease: State.Lease) {
        let condition = lease.connection.condition
        let now = clock.now
        apply { $0.release(lease.ticket, condition, at: now) }
    }
}
