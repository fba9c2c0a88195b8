// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESDatabase

extension Ours {
    private static let columns = ["wallet", "credits", "is_miner"]

    private static func rows(_ count: Int) -> [[SQLValue]] {
        (0..<count).map { [.text(wallet($0)), .double(Double($0)), .bool($0 % 2 == 0)] }
    }

    /// The milliseconds that one insert of so many rows takes.
    func insert(_ count: Int, for time: Duration) async throws -> Measurement {
        try await database.execute("TRUNCATE few")
        let rows = Self.rows(count)
        let target = InsertTarget("few", columns: Self.columns)
        return try await milliseconds(for: time) {
            guard try await self.database.insert(rows, into: target) == count else { throw WrongAnswer() }
        }
    }

    /// The milliseconds that one insert of very many rows takes.
    func bulkInsert(_ count: Int) async throws -> Measurement {
        try await database.execute("TRUNCATE bulk")
        let rows = Self.rows(count)
        let clock = ContinuousClock()
        let start = clock.now
        guard try await database.insert(rows, into: InsertTarget("bulk", columns: Self.columns)) == count else {
            throw WrongAnswer()
        }
        return Measurement(value: (clock.now - start).milliseconds)
    }

    private func milliseconds(
        for time: Duration,
        _ operation: () async throws -> Void
    ) async throws -> Measurement {
        let clock = ContinuousClock()
        let end = clock.now + time
        var all: [Double] = []
        while clock.now < end {
            let start = clock.now
            try await operation()
            all.append((clock.now - start).milliseconds)
        }
        let quantiles = Quantiles(all)
        return Measurement(
            value: quantiles.at(0.5),
            notes: ["p50": quantiles.at(0.5) * 1000, "p99": quantiles.at(0.99) * 1000]
        )
    }
}
