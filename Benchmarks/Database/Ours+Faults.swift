// SPDX-License-Identifier: Apache-2.0

import Harness
import Logging
import R3MESDatabase

extension Ours {
    /// What callers notice while every connection is cut again and again.
    struct FaultFigures: Codable, Sendable {
        var cuts = 0
        var cutConnections = 0
        var reads = 0
        var writes = 0
        /// How many failed, by the error's code.
        var failedReads: [String: Int] = [:]
        var failedWrites: [String: Int] = [:]
        /// Writes that were answered and are not there at the end.
        var lostWrites = 0
        /// From each cut to the next statement that was begun after it and succeeded, in ms.
        var recoveries: [Double] = []
    }

    /// Callers that read, and write one time in five, while all their connections are cut twice a second.
    func faults(callers: Int, for time: Duration) async throws -> FaultFigures {
        try await database.execute("DROP TABLE IF EXISTS acknowledged")
        try await database.execute("CREATE TABLE acknowledged (id int8 PRIMARY KEY)")
        let log = FaultLog()
        let end = ContinuousClock.now + time
        try await withThrowingTaskGroup { group in
            group.addTask { try await self.cut(until: end, log) }
            for caller in 0..<callers {
                group.addTask { await self.call(caller, until: end, log) }
            }
            try await group.waitForAll()
        }
        var figures = log.figures
        figures.lostWrites = try await missing(of: log.acknowledged)
        return figures
    }

    /// Ends the server's half of every connection but its own.
    private func cut(until end: ContinuousClock.Instant, _ log: FaultLog) async throws {
        var configuration = PostgresConfiguration(url: url)
        configuration.pool.maximum = 1
        let other = try PostgresDatabase(configuration: configuration, logger: .silent)
        try await other.withTransaction { own in
            while ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(500))
                let ended = try await own.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """
                )
                log.cut(connections: ended.count)
            }
        }
        await other.shutdown()
    }

    private func call(_ caller: Int, until end: ContinuousClock.Instant, _ log: FaultLog) async {
        var number = 0
        while ContinuousClock.now < end {
            number += 1
            let id = caller * 10_000_000 + number
            let isWrite = number % 5 == 0
            let begun = ContinuousClock.now
            do {
                if isWrite {
                    try await database.execute("INSERT INTO acknowledged VALUES (\(id))")
                } else {
                    try await select(Int.random(in: 0..<Self.rowCount))
                }
                log.succeeded(begun: begun, write: isWrite ? id : nil)
            } catch {
                log.failed(error, isWrite: isWrite)
            }
        }
    }

    private func missing(of acknowledged: [Int]) async throws -> Int {
        let rows = try await database.query("SELECT id FROM acknowledged")
        var there: Set<Int> = []
        for row in rows { there.insert(try row.decode(Int.self)) }
        return acknowledged.count { !there.contains($0) }
    }
}

extension Ours.FaultFigures {
    var table: String {
        var table = MarkdownTable("", "reads", "writes")
        func text(_ failures: [String: Int]) -> String {
            let all = failures.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            return all.isEmpty ? "0" : all.joined(separator: ", ")
        }
        table.add("succeeded", "\(reads)", "\(writes)")
        table.add("failed", text(failedReads), text(failedWrites))
        table.add("answered and lost", "", "\(lostWrites)")
        let quantiles = Quantiles(recoveries)
        return """
            \(cuts) times all connections were cut, \(cutConnections) in all. From a cut to the next success of a statement begun after it: \
            median \(Figure.nanoseconds(quantiles.at(0.5) * 1e6)), longest \(Figure.nanoseconds(quantiles.at(1) * 1e6)).

            \(table.text)
            """
    }
}
