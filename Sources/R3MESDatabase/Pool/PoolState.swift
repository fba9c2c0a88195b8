// SPDX-License-Identifier: Apache-2.0

/// What a ``ConnectionPool`` knows, as a value: an event in, actions out, no clock and no effects.
///
/// Each connection has a slot, from before it is opened until after it was closed. A slot's serial changes whenever its
/// phase does; who acts on a slot names the serial and acts in vain if it is no longer current. That is how a lease is
/// given back exactly once, and how a connection that opens too late is told from one that is awaited.
///
/// Between events these hold:
/// - there are never more slots in use than the maximum;
/// - a caller waits only while no fresh connection is idle, and a stale one stays idle only while as many connections
///   are on their way as callers wait;
/// - as many connections are on their way as callers wait, or no more may be opened now.
///
/// Times are durations since an origin of the owner's choice.
struct PoolState<Connection: PooledConnection, Waiter: Sendable>: Sendable {
    typealias Configuration = ConnectionPoolConfiguration

    /// Names a slot in one phase of its life.
    struct Ticket: Hashable, Sendable {
        let slot: Int
        let serial: UInt64
    }

    /// The right to use a connection alone.
    struct Lease: Sendable {
        let ticket: Ticket
        let connection: Connection
    }

    /// What a connection is at.
    enum Phase: Sendable {
        case free, opening, idle, checking, leased, resetting, closing
    }

    struct Slot: Sendable {
        var serial: UInt64 = 0
        var phase = Phase.free
        var connection: Connection?
        /// When its maximum lifetime is over.
        var expiry: Duration = .zero
        /// When the last lease ended.
        var idleSince: Duration = .zero
        /// When it was last known to work.
        var provenAt: Duration = .zero
        var leasedAt: Duration = .zero
        var place: LeasePlace?
        var isReported = false
    }

    /// Attempts to connect fail.
    struct Outage: Sendable {
        var failures: Int
        var error: any Error
        var retryAt: Duration
        /// True once nobody could be served, until the server is back: callers are refused at once.
        var isKnown = false
        /// Whether somebody was refused since the last attempt, so that another one is worthwhile.
        var isInDemand = false
    }

    enum Life: Sendable {
        /// Nobody has asked for anything, so the minimum is not opened yet.
        case new
        case running
        case draining(until: Duration)
        case closed
    }

    let configuration: Configuration
    var life = Life.new
    var slots: [Slot] = []
    var freeSlots: [Int] = []
    /// Slots of the idle connections; who was needed last comes last and is used first, so that the others can go.
    var idle: [Int] = []
    var waiters = WaiterQueue<Waiter>()
    var counts = Counts()
    var totals = Totals()
    /// The most connections now: the maximum, or less when the pool sizes itself.
    var limit: Int
    var outage: Outage?
    /// When a connection was last found broken: those that were idle then are suspected as well.
    var suspectedAt: Duration = .seconds(-1)
    /// When the owner is going to call ``tick(at:)``.
    var alarm: Duration?
    var sizer: PoolSizer?
    var window = PoolSizer.Window()
    var nextSizing: Duration?

    init(configuration: Configuration) {
        self.configuration = configuration
        limit = configuration.maximum
        if let sizing = configuration.options.sizing {
            limit = max(configuration.minimum, 1)
            sizer = PoolSizer(sizing, bounds: limit...configuration.maximum)
        }
    }

    /// How many slots are in use.
    var total: Int { slots.count - freeSlots.count }

    /// How many connections work, as far as anybody knows.
    var alive: Int { counts.idle + counts.checking + counts.leased + counts.resetting }

    /// How many connections become free without a lease having to end.
    var coming: Int { counts.opening + counts.checking + counts.resetting }

    var isAccepting: Bool {
        switch life {
        case .new, .running: true
        case .draining, .closed: false
        }
    }
}
