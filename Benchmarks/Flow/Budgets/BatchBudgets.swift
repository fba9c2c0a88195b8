// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Harness
import R3MESBatch
import R3MESNetwork

/// Budgets 9 and 10: loading in batches, and batches side by side.
enum BatchBudgets {
    static func run(users: UserTable, client: ResilientClient, upstream: String) async throws -> [Budget] {
        [
            try await fiftyUsers(users),
            try await thousandLoads(users),
            try await sideBySide(client, upstream),
        ]
    }

    private static func fiftyUsers(_ users: UserTable) async throws -> Budget {
        let loader = try DataLoader<Int, String> { batch in try await users.wallets(of: batch.keys) }
        var times: [Double] = []
        for run in 0..<200 {
            let ids = (0..<50).map { ($0 * 1_999 + run * 37) % users.count + 1 }
            let start = ContinuousClock.now
            let loaded = try await loader.load(all: ids)
            times.append(start.duration(to: .now).milliseconds)
            guard loaded.count == Set(ids).count else { throw WrongAnswer("50 users: \(loaded.count) were loaded") }
        }
        let time = Quantiles(times)
        return Budget(
            number: 9,
            name: "50 users by one load, SQLite",
            aim: "< 2 ms",
            figure: "p50 \(Figure.plain(time.at(0.5))) ms, p99 \(Figure.plain(time.at(0.99))) ms",
            isReached: time.at(0.99) < 2
        )
    }

    private static func thousandLoads(_ users: UserTable) async throws -> Budget {
        let queries = Tally()
        let loader = try DataLoader<Int, String> { batch in
            queries.add()
            return try await users.wallets(of: batch.keys)
        }
        var counts: [Double] = []
        for run in 0..<20 {
            queries.reset()
            try await withThrowingTaskGroup { group in
                for index in 0..<1_000 {
                    group.addTask { _ = try await loader.load((index * 97 + run) % users.count + 1) }
                }
                try await group.waitForAll()
            }
            counts.append(Double(queries.value))
        }
        let count = Quantiles(counts)
        return Budget(
            number: 9,
            name: "1,000 single loads at once, SQLite",
            aim: "≤ 10 queries",
            figure: "p50 \(Int(count.at(0.5))), at most \(Int(count.maximum)) in 20 runs",
            isReached: count.maximum <= 10
        )
    }

    /// 3 batches of 20, each of which waits for a server that takes 20 ms.
    private static func sideBySide(_ client: ResilientClient, _ upstream: String) async throws -> Budget {
        func time(concurrency: Int) async throws -> Double {
            var tuner = try BatchSizeTuner(configuration: .init(sizes: 20...20))
            let start = ContinuousClock.now
            _ = try await processInBatches(Array(0..<60), tuner: &tuner, maximumConcurrency: concurrency) { _ in
                try await client.execute(ClientRequest(.get, upstream + "/wait")).status.code
            }
            return start.duration(to: .now).seconds
        }
        var ratios: [Double] = []
        for _ in 0..<11 {
            ratios.append(try await time(concurrency: 1) / time(concurrency: 3))
        }
        let ratio = Quantiles(ratios).at(0.5)
        return Budget(
            number: 10,
            name: "3 batches of 20 that wait",
            aim: "speed-up ≥ 2.7",
            figure: Figure.ratio(ratio),
            isReached: ratio >= 2.7
        )
    }
}

/// The work that was measured was not done as it should have been.
struct WrongAnswer: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
