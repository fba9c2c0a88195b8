// SPDX-License-Identifier: Apache-2.0

/// How one connection is made and used.
struct ConnectionSettings: Sendable {
    /// What a connection is for.
    enum Purpose: Sendable {
        /// Reads of everybody, several of which share an implicit transaction. The server is made to refuse writes.
        case sharedReads
        /// Whatever one lease does.
        case lease
    }

    var purpose: Purpose
    var servers: PostgresServers
    /// How long one server has to accept a connection.
    var connectTimeout: Duration
    /// How many statements are kept prepared; with none, no state is left in the session, since a pooler may stand between.
    var statementCacheSize: Int
    var cancelGrace: Duration = .milliseconds(2)
    var cancelTimeout: Duration = .seconds(5)
    /// The most statements that share a segment: when one fails, those behind it are run again.
    var maximumSegment = 32
    /// The most statements that are under way; the others wait on this side, where they can still be taken back.
    var maximumInFlight = 512

    var leavesNoSessionState: Bool { statementCacheSize == 0 }

    /// What makes the session ready, each by itself.
    var setup: [String] {
        switch purpose {
        case .sharedReads where !leavesNoSessionState: ["SET default_transaction_read_only = on"]
        default: []
        }
    }

    /// What every segment begins with, where the session cannot be told once and for all.
    var segmentSetup: String? {
        switch purpose {
        case .sharedReads where leavesNoSessionState: "SET LOCAL transaction_read_only = on"
        default: nil
        }
    }
}
