// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Harness
import R3MESNetwork
import Synchronization
import Upstream

/// Budget 20: retries wait as planned, are bounded, and never repeat what is unsafe to repeat.
enum RetryBudgets {
    static func run() async throws -> [Budget] {
        try await [waits(), extraLoad(), unsafe()]
    }

    /// When each try of 10 calls came in at the server, beside the plan of 50, 100 and 200 ms.
    private static func waits() async throws -> Budget {
        let arrivals = Mutex<[ContinuousClock.Instant]>([])
        let script: FaultyUpstream.Script = { _, _ in
            arrivals.withLock { $0.append(.now) }
            return .answer(status: 503)
        }
        var worst = 0.0
        try await FaultyUpstream.run(script) { server in
            var configuration = failing()
            configuration.retry.backoff = Backoff(base: .milliseconds(50), jitter: .none)
            configuration.retryBudget = RetryBudget.Configuration(ratio: 10, reserve: 100)
            let client = try ResilientClient(configuration, logger: .silent)
            for _ in 0..<10 {
                arrivals.withLock { $0 = [] }
                _ = try await client.execute(ClientRequest(.get, server.url))
                let moments = arrivals.withLock(\.self)
                guard moments.count == 4 else { throw WrongAnswer("4 tries were due, \(moments.count) came") }
                for (index, plan) in [50.0, 100, 200].enumerated() {
                    worst = max(worst, abs(moments[index].duration(to: moments[index + 1]).milliseconds - plan))
                }
            }
            await client.shutdown()
        }
        return Budget(
            number: 20,
            name: "waits of 50, 100 and 200 ms, as the server sees them",
            aim: "within 5 ms of plan",
            figure: "at most \(Figure.plain(worst)) ms off in 30",
            isReached: worst < 5
        )
    }

    private static func extraLoad() async throws -> Budget {
        try await FaultyUpstream.run({ _, _ in .answer(status: 503) }) { server in
            var configuration = failing()
            configuration.retry.backoff = Backoff(base: .milliseconds(1))
            let client = try ResilientClient(configuration, logger: .silent)
            for _ in 0..<1_000 {
                _ = try await client.execute(ClientRequest(.get, server.url))
            }
            let extra = Double(server.snapshot.requests.count) / 1_000 - 1
            await client.shutdown()
            return Budget(
                number: 20,
                name: "extra load on a server that always fails, 1,000 calls",
                aim: "≤ 10 %",
                figure: "\(Figure.plain(extra * 100)) %",
                isReached: extra <= 0.1
            )
        }
    }

    private static func unsafe() async throws -> Budget {
        try await FaultyUpstream.run({ _, _ in .cut(body: "half an answer", after: 4) }) { server in
            var configuration = failing()
            configuration.retryBudget = RetryBudget.Configuration(ratio: 10, reserve: 100)
            let client = try ResilientClient(configuration, logger: .silent)
            for _ in 0..<50 {
                _ = try? await client.execute(ClientRequest(.post, server.url))
            }
            let requests = server.snapshot.requests.count
            await client.shutdown()
            return Budget(
                number: 20,
                name: "POST without a key, answer cut off, 50 calls",
                aim: "never repeated",
                figure: "\(requests) requests",
                isReached: requests == 50
            )
        }
    }

    /// Without a breaker, which would end the experiment.
    private static func failing() -> ResilientClient.Configuration {
        var configuration = ResilientClient.Configuration()
        configuration.circuitBreaker = nil
        return configuration
    }
}
