// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What a ``ConnectionPool`` is doing and has done, all taken at one moment.
public struct ConnectionPoolStatistics: Hashable, Sendable {
    /// The most connections that may exist now; the maximum unless the pool sizes itself.
    public let limit: Int
    /// Connections that are lent.
    public let inUse: Int
    /// Connections that could be lent at once.
    public let idle: Int
    /// Connections that are being opened.
    public let opening: Int
    /// Connections that are being validated or reset.
    public let inMaintenance: Int
    /// Connections that are being closed.
    public let closing: Int
    /// Callers that wait.
    public let waiting: Int
    /// True while callers are refused because the server cannot be reached.
    public let isServerAway: Bool
    /// How many leases there were.
    public let leases: Int
    /// How many connections were opened.
    public let created: Int
    /// How many attempts to open one failed.
    public let failedToOpen: Int
    /// How many connections were closed, by reason.
    public let closed: [CloseReason: Int]
    /// How many callers gave up when no connection became free in time.
    public let timedOut: Int
    /// How many callers were refused for any reason, those that gave up included.
    public let refused: Int
    /// How many leases were reported as held for too long.
    public let leaks: Int

    /// Connections in every state, those that are being opened and closed included.
    public var total: Int { inUse + idle + opening + inMaintenance + closing }
}

extension ConnectionPool {
    /// The figures of a pool.
    public typealias Statistics = ConnectionPoolStatistics

    /// A snapshot; costs one short locked section.
    public var statistics: Statistics {
        state.withLock { $0.pool.statistics }
    }
}

extension PoolState {
    var statistics: ConnectionPoolStatistics {
        ConnectionPoolStatistics(
            limit: limit,
            inUse: counts.leased,
            idle: counts.idle,
            opening: counts.opening,
            inMaintenance: counts.checking + counts.resetting,
            closing: counts.closing,
            waiting: waiters.count,
            isServerAway: alive == 0 && outage?.isKnown == true,
            leases: totals.leases,
            created: totals.created,
            failedToOpen: totals.failedToOpen,
            closed: totals.closed,
            timedOut: totals.refused[.timedOut] ?? 0,
            refused: totals.refused.values.reduce(0, +),
            leaks: totals.leaks
        )
    }

    /// What the metrics show.
    var readings: PoolMetrics.Readings {
        PoolMetrics.Readings(
            inUse: counts.leased,
            idle: counts.idle,
            waiting: waiters.count,
            created: totals.created,
            openFailures: totals.failedToOpen,
            leaks: totals.leaks
        )
    }
}
