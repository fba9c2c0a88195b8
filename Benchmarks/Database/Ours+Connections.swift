// SPDX-License-Identifier: Apache-2.0

import Foundation
import Harness
import R3MESDatabase

extension Ours {
    /// How often per second a connection is taken and given back, and how long that takes.
    func acquire(callers: Int, for time: Duration) async throws -> Harness.Measurement {
        let pool = try ConnectionPool(configuration: ConnectionPoolConfiguration(), logger: .silent) {
            UnconnectedConnection()
        }
        let measurement = try await load(callers: callers, for: time) { _ in
            try await pool.withConnection { _ in }
        }
        await pool.shutdown()
        return measurement
    }

    /// The KiB by which this process grows for each of so many connections that have run a statement.
    func memory(of count: Int) async throws -> Harness.Measurement {
        var configuration = PostgresConfiguration(url: url)
        configuration.sharedConnections = 0
        configuration.pool.maximum = count
        let database = try PostgresDatabase(configuration: configuration, logger: .silent)
        let before = Self.residentKibibytes
        // Each waits for the others, so that all have one at the same time.
        try await withThrowingTaskGroup { group in
            for _ in 0..<count {
                group.addTask {
                    try await database.withTransaction { transaction in
                        _ = try await transaction.query("SELECT pg_sleep(0.5)")
                        _ = try await transaction.query(
                            "SELECT wallet, credits, is_miner FROM users WHERE wallet = \(Self.wallet(1))"
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
        guard database.poolStatistics.created == count else { throw WrongAnswer() }
        let after = Self.residentKibibytes
        await database.shutdown()
        return Harness.Measurement(value: max(after - before, 0) / Double(count))
    }

    /// `VmRSS` of this process.
    private static var residentKibibytes: Double {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return line.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
    }
}

/// What a pool lends where only the lending is measured; the peers' pools send nothing for it either.
private final class UnconnectedConnection: PooledConnection {
    var condition: ConnectionCondition { .clean }
    func validate() async {}
    func reset() async {}
    func close() async {}
}
