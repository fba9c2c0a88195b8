// SPDX-License-Identifier: Apache-2.0

import Harness
import R3MESConcurrency

/// How much of its work a server of fixed capacity still does in time when more is asked of it than it can do.
enum GoodputExperiment {
    /// All rounds of one load under one protection.
    struct Point: Codable, Sendable {
        let protection: Protection
        /// In multiples of the capacity.
        let load: Double
        /// Answers in time a second, one figure a round.
        let goodput: [Double]
        /// The latency of the answers in time, in milliseconds, over all rounds.
        let p50: Double
        let p99: Double
        /// The share of callers that were refused or gave up.
        let lost: Double

        var median: Double { Quantiles(goodput).at(0.5) }
    }

    private struct Call: Sendable {
        let due: ContinuousClock.Instant
        let latency: Duration
        let isInTime: Bool
    }

    static let loads: [Double] = [1, 2, 5, 10, 20]
    /// When callers give up.
    static let patience = Duration.milliseconds(100)

    static func run(in laboratory: Laboratory) async throws -> [Point] {
        let warmUp = laboratory.isQuick ? Duration.milliseconds(300) : .milliseconds(500)
        let time = laboratory.isQuick ? Duration.milliseconds(300) : .milliseconds(1_000)
        var calls: [[[Call]]] = Array(repeating: [], count: loads.count * Protection.allCases.count)
        for round in 0..<laboratory.rounds {
            laboratory.note("goodput, round \(round + 1) of \(laboratory.rounds)")
            for (index, load) in loads.enumerated() {
                for (turn, protection) in Protection.allCases.enumerated() {
                    let seed = UInt64(round * 100 + index)
                    let measured = try await measure(protection, load, warmUp: warmUp, time: time, seed: seed)
                    calls[index * Protection.allCases.count + turn].append(measured)
                }
            }
        }
        return loads.enumerated().flatMap { index, load in
            Protection.allCases.enumerated().map { turn, protection in
                point(protection, load, calls[index * Protection.allCases.count + turn], time: time)
            }
        }
    }

    @concurrent
    private static func measure(
        _ protection: Protection,
        _ load: Double,
        warmUp: Duration,
        time: Duration,
        seed: UInt64
    ) async throws -> [Call] {
        let clock = ContinuousClock()
        let server = FixedCapacityServer(seed: seed)
        let serve = try protection.makePath(to: server)
        let start = clock.now
        let calls = await OpenLoop.run(
            rate: load * FixedCapacityServer.capacity,
            for: warmUp + time,
            seed: seed
        ) { due in
            let deadline = Deadline(due + patience)
            // No grace: the caller leaves, what it asked for stays with the server.
            let isServed = try? await withTimeout(until: deadline, gracePeriod: .zero) { try await serve() }
            let latency = due.duration(to: clock.now)
            return Call(due: due, latency: latency, isInTime: isServed == true && latency <= patience)
        }
        server.stop()
        return calls.filter { $0.due >= start + warmUp }
    }

    private static func point(_ protection: Protection, _ load: Double, _ rounds: [[Call]], time: Duration) -> Point {
        let good = rounds.map { $0.filter(\.isInTime) }
        let latencies = Quantiles(good.flatMap(\.self).map(\.latency.milliseconds))
        let total = rounds.reduce(0) { $0 + $1.count }
        return Point(
            protection: protection,
            load: load,
            goodput: good.map { Double($0.count) / time.seconds },
            p50: latencies.at(0.5),
            p99: latencies.at(0.99),
            lost: 1 - Double(latencies.count) / Double(max(total, 1))
        )
    }
}
