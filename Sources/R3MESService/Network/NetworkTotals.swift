// SPDX-License-Identifier: Apache-2.0

import R3MESConcurrency
import R3MESDatabase
import Synchronization

/// How large the network is.
struct NetworkTotals: Hashable, Sendable {
    var users: Int
    var miners: Int
    /// All balances together; nil beyond the range of one amount.
    var credits: Credits?
    /// When this was counted.
    var countedAt: Timestamp
}

/// Counts the network anew every few seconds at most, however many ask: counting reads every user.
final class NetworkCensus: Sendable {
    /// How old an answer may be.
    static let maximumAge: Duration = .seconds(5)

    private let storage: Storage
    private let counting = SingleFlight<String, NetworkTotals>(name: "network-totals")
    private let last = Mutex<NetworkTotals?>(nil)

    init(storage: Storage) {
        self.storage = storage
    }

    func totals() async throws -> NetworkTotals {
        let now = Timestamp.now()
        if let last = last.withLock({ $0 }), last.countedAt.duration(to: now) < Self.maximumAge, last.countedAt <= now {
            return last
        }
        return try await counting.run("totals") { [self] in
            let totals = try await storage.countNetwork()
            last.withLock { $0 = totals }
            return totals
        }
    }
}

extension Storage {
    /// Counts users, miners and credits as of one moment, by reading every user once.
    func countNetwork() async throws -> NetworkTotals {
        try await read { db in
            // Whole credits and millionths apart: neither sum can leave 64 bits before there are a million users with
            // the largest balance each.
            let row = try await db.query(
                """
                SELECT count(*), count(*) FILTER (WHERE is_miner),
                    coalesce(sum(credits / 1000000), 0), coalesce(sum(credits % 1000000), 0)
                FROM users
                """
            ).only()
            let (users, miners, whole, millionths) = try row.decode((Int, Int, Int64, Int64).self)
            let (scaled, overflow) = whole.multipliedReportingOverflow(by: 1_000_000)
            let credits = overflow ? nil : try? Credits(millionths: scaled).adding(Credits(millionths: millionths))
            return NetworkTotals(users: users, miners: miners, credits: credits, countedAt: .now())
        }
    }
}
