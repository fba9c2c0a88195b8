// SPDX-License-Identifier: Apache-2.0

extension ConnectionPoolConfiguration {
    /// The settings of a ``ConnectionPool`` that seldom need a change.
    public struct Options: Sendable {
        /// How long opening a connection may take.
        ///
        /// The default is 10 s.
        public var openTimeout: Duration = .seconds(10)
        /// How long a connection may take to be validated, to be reset or to close.
        ///
        /// The default is 5 s.
        public var maintenanceTimeout: Duration = .seconds(5)
        /// How long leases have to end when the pool shuts down; what is still out then is closed.
        ///
        /// The default is 30 s.
        public var drainTimeout: Duration = .seconds(30)
        /// A connection that was not heard of for so long is validated before it is leased.
        ///
        /// The default is 30 s. Nil hands it out as it is.
        public var validateAfterIdle: Duration? = .seconds(30)
        /// An idle connection that was not heard of for so long is validated in the background, so that neither the
        /// server nor anything on the way takes it for dead.
        ///
        /// The default is 2 minutes. Nil does without.
        public var keepAliveInterval: Duration? = .seconds(120)
        /// Connections beyond the minimum that nobody needed for so long are closed.
        ///
        /// The default is 10 minutes. Nil keeps them.
        public var idleTimeout: Duration? = .seconds(600)
        /// The longest time that a connection is used; an older one is closed when it is idle.
        ///
        /// The default is 30 minutes. Nil sets no limit.
        public var maximumLifetime: Duration? = .seconds(1800)
        /// By how much of itself the lifetime of each connection is shortened at most, by chance, so that connections
        /// that were opened together are not closed together.
        ///
        /// The default is 0.1.
        public var lifetimeJitter = 0.1
        /// How long the pool waits between attempts while the server is away.
        ///
        /// The default is 100 ms, doubled up to 5 s.
        public var reconnection = ReconnectionBackoff()
        /// A lease that is held for so long is reported to the log once, with the place that took it.
        ///
        /// The default is a minute. Nil reports none.
        public var leakThreshold: Duration? = .seconds(60)
        /// Lets the pool find its size between the minimum and the maximum.
        ///
        /// The default is nil: it opens as many as are needed, up to the maximum.
        public var sizing: Sizing?

        /// Makes options of the defaults.
        public init() {}
    }

    /// How a ``ConnectionPool`` finds its size by itself.
    ///
    /// At the end of each interval the pool does one of these, and logs which and why:
    /// - the load is high: a quarter of the connections go, so that the server recovers;
    /// - somebody waited for longer than the target: a quarter more may be opened;
    /// - for three intervals in a row not even half were in use: one goes.
    ///
    /// So it grows and yields fast and shrinks slowly, and starts at the minimum.
    public struct Sizing: Sendable {
        /// How often the size is thought over.
        ///
        /// The default is 5 s.
        public var interval: Duration = .seconds(5)
        /// The longest wait for a connection that is still good.
        ///
        /// The default is 5 ms.
        public var targetWait: Duration = .milliseconds(5)
        /// From which load on the pool becomes smaller.
        ///
        /// The default is 0.9.
        public var highLoad = 0.9
        /// How busy the server is, between 0 and 1; asked once per interval, and must return at once.
        ///
        /// The default is nil: only the waiting time counts.
        public var load: (@Sendable () -> Double)?

        /// Makes a sizing of the defaults.
        public init() {}
    }
}
