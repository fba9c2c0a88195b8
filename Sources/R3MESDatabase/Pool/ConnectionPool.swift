// SPDX-License-Identifier: Apache-2.0

public import Logging
public import ServiceLifecycle
import Synchronization

/// Lends connections, each to one caller at a time, and keeps them in good order.
///
/// ``withConnection(timeout:file:line:_:)`` is the only way to get one. Callers are served first-come first-served;
/// who waits may leave by cancellation or at its deadline, at once and leaving nothing behind.
///
/// A pool works from the moment it is made: it opens the first connections when somebody asks, and looks after itself
/// with one sleeping task. Add it to a `ServiceGroup`, or call ``run()``, to have ``ConnectionPoolConfiguration/minimum``
/// connections opened at once and an orderly end on graceful shutdown. Without that, call ``shutdown(within:)`` at the
/// end; a pool that is merely dropped closes its connections too, but nobody can wait for that.
///
/// **When the server is away**: as soon as an attempt to connect has failed and no other connection is left, all who
/// wait get that error at once, and so does everybody who comes while the pool tries again, at growing intervals, in
/// the background. The first success ends that; nothing has to be restarted.
///
/// **Broken connections**: a connection is closed when a lease leaves it broken, when it does not answer, or when it
/// cannot be cleaned up; all others that are idle then are validated before they are lent again.
///
/// Taking and giving back a free connection costs two short locked sections, three readings of the clock and no
/// suspension.
public final class ConnectionPool<Connection: PooledConnection>: Service {
    typealias State = PoolState<Connection, Waiter>
    typealias Waiter = Answer<Verdict>

    /// What becomes of a caller that waits.
    enum Verdict: Sendable {
        case leased(State.Lease)
        case refused(PoolRefusal)
    }

    struct Guarded {
        var pool: State
        /// Those who wait for the pool's end.
        var enders: [UnsafeContinuation<Void, Never>] = []
    }

    let state: Mutex<Guarded>
    let configuration: Configuration
    let clock: PoolClock
    let alarm: PoolAlarm
    let metrics: PoolMetrics
    let logger: Logger
    let open: @Sendable () async throws -> Connection

    /// Makes a pool, which connects to nothing yet.
    ///
    /// - Parameters:
    ///   - configuration: Bounds and times.
    ///   - logger: Where outages, leaks and changes of size are reported.
    ///   - clock: The clock of all times.
    ///   - open: Opens a connection, to whatever server it chooses. Runs in a task of the pool, which cancels it after
    ///     ``ConnectionPoolConfiguration/Options/openTimeout``; a connection that it returns later is closed.
    /// - Throws: ``DatabaseError/Code/invalidConfiguration``.
    public init<C: Clock>(
        configuration: Configuration,
        logger: Logger,
        clock: C = ContinuousClock(),
        open: @escaping @Sendable () async throws -> Connection
    ) throws(DatabaseError) where C.Instant == ContinuousClock.Instant {
        try configuration.validate()
        let pool = State(configuration: configuration)
        self.configuration = configuration
        self.clock = PoolClock(clock)
        self.open = open
        alarm = PoolAlarm(clock: self.clock)
        metrics = PoolMetrics(name: configuration.name)
        metrics.limitChanged(to: pool.limit)
        var logger = logger
        logger[metadataKey: "pool"] = "\(configuration.name)"
        self.logger = logger
        state = Mutex(Guarded(pool: pool))
    }

    /// Whatever acts on a connection keeps the pool alive, so there are only idle ones left.
    deinit {
        let (connections, readings) = state.withLock { state in
            (state.pool.idle.compactMap { state.pool.slots[$0].connection }, state.pool.readings)
        }
        metrics.move(from: readings, to: readings.withNothingOpen)
        for connection in connections {
            metrics.closed(.shutdown)
            Task.detached { await connection.close() }
        }
    }
}
