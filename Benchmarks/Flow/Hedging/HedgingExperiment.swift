// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Harness
import R3MESNetwork

/// What second copies of slow requests do to the tail, and what they cost a server that is slow now and then.
enum HedgingExperiment {
    /// All rounds with or without hedging.
    struct Outcome: Codable, Sendable {
        let name: String
        /// In milliseconds, from the moment at which the call was due.
        let latencies: [Double]
        let failures: Int
        /// Requests a call.
        let amplification: Double
    }

    /// How the server's answers to `/tail` are: most after 3 ms, 2 % after 100 ms.
    static let usualDelay = Duration.milliseconds(3)
    static let slowDelay = Duration.milliseconds(100)
    static let slowShare = 0.02
    private static let callsPerSecond = 500.0

    static func run(in laboratory: Laboratory, upstream: String) async throws -> [Outcome] {
        var hedged = ResilientClient.Configuration()
        hedged.hedging = HedgingPolicy()
        let contestants = [
            ("without hedging", try ResilientClient(logger: .silent)),
            ("with hedging", try ResilientClient(hedged, logger: .silent)),
        ]
        let url = upstream + "/tail"
        let time = laboratory.isQuick ? Duration.milliseconds(1_000) : .milliseconds(4_000)
        var latencies: [[Duration?]] = [[], []]
        for round in 0...laboratory.rounds {
            laboratory.note("hedging, round \(round) of \(laboratory.rounds)")
            for (index, contestant) in contestants.enumerated() {
                // The first round lets the policy learn what is usual.
                let answers = await OpenLoop.run(
                    rate: callsPerSecond,
                    for: round == 0 ? .milliseconds(500) : time,
                    seed: UInt64(round)
                ) { due -> Duration? in
                    let answer = try? await contestant.1.execute(ClientRequest(.get, url))
                    return answer?.status == .ok ? due.duration(to: .now) : nil
                }
                latencies[index] += round == 0 ? [] : answers
            }
        }
        var outcomes: [Outcome] = []
        for (contestant, latencies) in zip(contestants, latencies) {
            outcomes.append(
                Outcome(
                    name: contestant.0,
                    latencies: latencies.compactMap { $0?.milliseconds },
                    failures: latencies.count { $0 == nil },
                    amplification: contestant.1.statistics.amplification
                )
            )
            await contestant.1.shutdown()
        }
        return outcomes
    }
}
